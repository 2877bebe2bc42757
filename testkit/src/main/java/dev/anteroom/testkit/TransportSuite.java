package dev.anteroom.testkit;

import dev.anteroom.protocol.EventLoopGroup;
import dev.anteroom.protocol.TransportOptions;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * The contract of {@code dev.anteroom.protocol}, sentence by sentence, over real sockets on the loopback interface. A transport
 * proves itself by extending it:
 *
 * <pre>{@code
 * class NioTransportTest extends TransportSuite {
 *     @Override
 *     protected EventLoopGroup open(TransportOptions options) {
 *         return new NioTransportProvider().open(options);
 *     }
 * }
 * }</pre>
 *
 * <p>What a platform cannot notice is said by the capability methods, whose tests are skipped unless they return true.
 */
public abstract class TransportSuite
        implements ConnectionPromises,
                FailurePromises,
                ReadingPromises,
                ParkingPromises,
                WritingPromises,
                ClosingPromises,
                ConnectingPromises,
                EventLoopPromises,
                ListenerPromises,
                GatePromises {
    private @Nullable Loopback net;

    /** For subclasses. */
    protected TransportSuite() {}

    /**
     * Opens the transport under test.
     *
     * @param options how
     * @return running loops, which the suite closes
     */
    protected abstract EventLoopGroup open(TransportOptions options);

    /** {@inheritDoc} Unless overridden, it does not. */
    @Override
    public boolean noticesResetBehindUnreadBytes() {
        return false;
    }

    /** {@inheritDoc} Unless overridden, it does not. */
    @Override
    public boolean noticesEndBehindUnreadBytes() {
        return false;
    }

    @Override
    public final Loopback net() {
        return Objects.requireNonNull(net, "there is a network during a test only");
    }

    @BeforeEach
    final void openNetwork() {
        net = new Loopback(this::open);
    }

    @AfterEach
    final void closeNetwork() throws Exception {
        net().close();
    }
}
