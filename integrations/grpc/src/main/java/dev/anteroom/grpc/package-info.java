/** An interceptor that gates the calls of a gRPC server: {@link dev.anteroom.grpc.AdmissionInterceptor}. */
package dev.anteroom.grpc;
