/**
 * What the generations' adapters share because both speak gRPC: calls and streams, whose failures
 * they report without classifying them, and the classification of failures of the connection
 * itself. Internal to {@code api}; knows no generation's messages or texts.
 */
package io.github.chirpconnect.api.grpc;
