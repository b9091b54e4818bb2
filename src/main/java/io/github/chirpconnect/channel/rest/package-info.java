/**
 * ChirpStack's REST interface as a gRPC channel: generated stubs work over HTTP/1.1 and JSON as
 * they do over HTTP/2 and protobuf.
 *
 * <p>{@code HttpRoute} says what a call's request line and body are, {@code HttpJsonCall} runs one
 * call, {@code ResponseReader} makes messages of what comes back, {@code HttpStatusMapping} says
 * what a status line, an error body or a broken connection means.
 */
package io.github.chirpconnect.channel.rest;
