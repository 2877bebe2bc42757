import org.jspecify.annotations.NullMarked;

/**
 * The contracts that all modules share: the admission gate, the protocols, transports and event loops that it is used
 * with, and the expressions in which users write policies and limits.
 *
 * <p>Gates and protocols meet in one place, {@link dev.anteroom.protocol.GatedProtocolFactory}. A gate knows nothing
 * about transports, and a transport knows nothing about gates.
 */
@NullMarked
module dev.anteroom.api {
    requires static transitive org.jspecify;

    exports dev.anteroom.address;
    exports dev.anteroom.expression;
    exports dev.anteroom.gate;
    exports dev.anteroom.protocol;
    exports dev.anteroom.transport;

    uses dev.anteroom.gate.SchedulingPolicyProvider;
    uses dev.anteroom.protocol.TransportProvider;
}
