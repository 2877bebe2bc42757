package dev.anteroom.testkit;

import dev.anteroom.protocol.EventLoopGroup;
import dev.anteroom.protocol.TransportOptions;
import java.net.SocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;

/**
 * The contract of {@code dev.anteroom.protocol}, promise by promise, over real sockets on one machine. A transport
 * proves that it keeps the contract by extending this suite:
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
 * <p>The capability methods say what a platform cannot notice. Tests of a capability are skipped unless its method
 * returns true.
 */
public abstract class TransportSuite {
    private @Nullable Loopback net;

    /** Creates a suite. */
    protected TransportSuite() {}

    /**
     * Opens the transport under test.
     *
     * @param options the options of the loops
     * @return running loops, which the suite closes
     */
    protected abstract EventLoopGroup open(TransportOptions options);

    /**
     * Whether the transport notices a reset behind more bytes than are read ahead, while reading is paused.
     *
     * @return true if this platform reports it; false unless overridden
     */
    protected boolean noticesResetBehindUnreadBytes() {
        return false;
    }

    /**
     * Whether the transport notices the end of the input behind more bytes than are read ahead, while reading is
     * paused.
     *
     * @return true if this platform reports it; false unless overridden
     */
    protected boolean noticesEndBehindUnreadBytes() {
        return false;
    }

    /**
     * Whether the transport notices a reset after both sides have sent their FIN, if the peer has not taken this side's
     * FIN and reading is paused.
     *
     * @return true if this platform reports it; false unless overridden
     */
    protected boolean noticesResetOnceBothSidesHaveShutDown() {
        return false;
    }

    /**
     * Whether the transport notices a peer that vanishes without a FIN or a reset, as {@link
     * dev.anteroom.protocol.KeepAlive} promises.
     *
     * @return false if this transport's peers cannot vanish, because they are on the same machine; true unless
     *     overridden
     */
    protected boolean noticesVanishedPeers() {
        return true;
    }

    /**
     * Whether a listener on an IPv4 address, {@code 0.0.0.0} included, takes connections over IPv4 only.
     *
     * @return false if it takes connections over IPv6 as well; true unless overridden
     */
    protected boolean listensOnIpv4Alone() {
        return true;
    }

    /**
     * Whether the transport accepts from channels that the caller has opened.
     *
     * @return false if this transport accepts only from its own sockets; true unless overridden
     */
    protected boolean listensOnChannels() {
        return true;
    }

    /**
     * Whether the transport connects to addresses such as those of {@link #anyAddress}.
     *
     * @return false if this transport only listens on them; true unless overridden
     */
    protected boolean connects() {
        return true;
    }

    /**
     * Returns an address to listen on. The suite tests the address family of these addresses: if they are {@link
     * java.net.UnixDomainSocketAddress}es, it tests Unix domain sockets, and skips what only TCP has, such as resets.
     *
     * @return a free address, different on each call or with port 0; unless overridden, the loopback address with port
     *     0
     */
    protected SocketAddress anyAddress() {
        return Loopback.anyPort();
    }

    final Loopback net() {
        return Objects.requireNonNull(net, "there is a network during a test only");
    }

    @BeforeEach
    final void openNetwork() {
        net = new Loopback(this::open, this::anyAddress);
    }

    @AfterEach
    final void closeNetwork() throws Exception {
        net().close();
    }

    @Nested
    final class Connections extends ConnectionPromises {
        Connections() {
            super(TransportSuite.this);
        }
    }

    @Nested
    final class Failures extends FailurePromises {
        Failures() {
            super(TransportSuite.this);
        }
    }

    @Nested
    final class Reading extends ReadingPromises {
        Reading() {
            super(TransportSuite.this);
        }
    }

    @Nested
    final class Parking extends ParkingPromises {
        Parking() {
            super(TransportSuite.this);
        }
    }

    @Nested
    final class Departing extends DeparturePromises {
        Departing() {
            super(TransportSuite.this);
        }
    }

    @Nested
    final class Writing extends WritingPromises {
        Writing() {
            super(TransportSuite.this);
        }
    }

    @Nested
    final class Closing extends ClosingPromises {
        Closing() {
            super(TransportSuite.this);
        }
    }

    @Nested
    final class Leftovers extends LeftoverPromises {
        Leftovers() {
            super(TransportSuite.this);
        }
    }

    @Nested
    final class Connecting extends ConnectingPromises {
        Connecting() {
            super(TransportSuite.this);
        }
    }

    @Nested
    final class EventLoops extends EventLoopPromises {
        EventLoops() {
            super(TransportSuite.this);
        }
    }

    @Nested
    final class Listening extends ListenerPromises {
        Listening() {
            super(TransportSuite.this);
        }
    }

    @Nested
    final class Arriving extends ArrivalPromises {
        Arriving() {
            super(TransportSuite.this);
        }
    }

    @Nested
    final class Gating extends GatePromises {
        Gating() {
            super(TransportSuite.this);
        }
    }
}
