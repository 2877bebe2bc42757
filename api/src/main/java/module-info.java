import org.jspecify.annotations.NullMarked;

/**
 * What everyone shares: the admission gate, the protocol, transport and event loop it is used with, and how users write what a
 * gate is made of.
 *
 * <p>Gate and protocol meet in one place, {@link dev.anteroom.protocol.GatedProtocolFactory}. A gate knows nothing of
 * sockets, a transport nothing of gates.
 */
@NullMarked
module dev.anteroom.api {
    requires static transitive org.jspecify;

    exports dev.anteroom.expression;
    exports dev.anteroom.gate;
    exports dev.anteroom.protocol;
    exports dev.anteroom.transport;

    uses dev.anteroom.gate.SchedulingPolicyProvider;
    uses dev.anteroom.protocol.TransportProvider;
}
