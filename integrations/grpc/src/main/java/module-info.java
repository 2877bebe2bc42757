import org.jspecify.annotations.NullMarked;

/** An interceptor that gates the calls of a gRPC server. */
@NullMarked
module dev.anteroom.grpc {
    requires transitive dev.anteroom.api;
    requires transitive io.grpc;

    exports dev.anteroom.grpc;
}
