/** An application that uses Anteroom. */
module com.example.consumer {
    requires dev.anteroom.scheduler;
    requires dev.anteroom.transport.netty;
    requires dev.anteroom.transport.nio;

    uses dev.anteroom.protocol.TransportProvider;
}
