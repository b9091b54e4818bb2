/**
 * TLS as configured under {@code chirpstack.ssl.}: PEM, JKS and PKCS12 stores, for gRPC and for
 * HTTP. Files that change are read again without a restart.
 */
package io.github.chirpconnect.channel.tls;
