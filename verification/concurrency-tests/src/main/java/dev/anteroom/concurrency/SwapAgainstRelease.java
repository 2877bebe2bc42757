package dev.anteroom.concurrency;

import dev.anteroom.gate.Admission;
import dev.anteroom.protocol.GatedProtocolFactory;
import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.Transport;
import dev.anteroom.testkit.FakeEventLoop;
import dev.anteroom.testkit.FakeTransport;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * Races the loss of a connection against its admission. The swap and the loss cannot overlap, because both run on the
 * connection's event loop. The loss can overlap with another thread that releases a slot to this connection, which
 * posts the swap to the loop.
 */
@JCStressTest
@Description(
        "A parked connection is lost as it is admitted: its protocol hears both callbacks or none, and no slot leaks.")
@Outcome(id = ", 0 served 0 waiting", expect = Expect.ACCEPTABLE, desc = "lost before the swap")
@Outcome(id = "made lost, 0 served 0 waiting", expect = Expect.ACCEPTABLE, desc = "lost after the swap")
@State
public class SwapAgainstRelease {
    private final OneSlot slot = new OneSlot();
    private final Admission served = slot.enter();
    private final FakeEventLoop loop = new FakeEventLoop();
    private final FakeTransport peer = new FakeTransport(loop);
    private final StringBuilder heard = new StringBuilder();

    public SwapAgainstRelease() {
        peer.open(new GatedProtocolFactory(slot.gate, remote -> new Real()).buildProtocol(peer.remoteAddress()));
    }

    @Actor
    public void release() {
        served.leave();
    }

    /** Runs one turn of the event loop, with or without the swap, and then the reset. */
    @Actor
    public void lose() {
        loop.runPending();
        peer.reset(new IOException("reset by the peer"));
    }

    @Arbiter
    public void judge(LL_Result result) {
        loop.runPending();
        result.r1 = heard.toString();
        result.r2 = slot.figures();
    }

    private final class Real implements Protocol {
        @Override
        public void connectionMade(Transport transport) {
            heard.append("made");
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            heard.append(" data");
        }

        @Override
        public void connectionLost(@Nullable Throwable reason) {
            heard.append(" lost");
        }
    }
}
