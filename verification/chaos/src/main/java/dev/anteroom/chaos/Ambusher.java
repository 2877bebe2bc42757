package dev.anteroom.chaos;

import dev.anteroom.chaos.Plan.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A client that disappears at a chosen moment. The thread that reaches the moment closes the client's socket before it
 * continues. The socket is not registered with a selector, so that closing takes effect at once.
 */
final class Ambusher {
    private static final long PATIENCE_MILLIS = 700;

    private final Scene scene;
    private final Plan plan;
    private final SocketChannel channel;
    private final Runnable done;
    private final AtomicBoolean over = new AtomicBoolean();

    Ambusher(PeerLoop loop, SocketChannel channel, Scene scene, Plan plan, Runnable done) {
        this.scene = scene;
        this.plan = plan;
        this.channel = channel;
        this.done = done;
        scene.ambushes()
                .lay(
                        plan.moment(),
                        channel.socket().getLocalPort(),
                        plan.order().client(),
                        () -> {
                            scene.ledger().count(plan.moment());
                            end();
                        });
        send();
        loop.after(PATIENCE_MILLIS, this::end);
    }

    private void send() {
        try {
            channel.write(plan.order().toBytes());
            ByteBuffer upload = plan.order().uploaded().next(plan.order().upload());
            channel.write(upload);
        } catch (IOException e) {
            // The moment came before all was sent.
            end();
        }
    }

    private void end() {
        if (!over.compareAndSet(false, true)) {
            return;
        }
        try (channel) {
            if (plan.kind() == Kind.AMBUSH_RESET) {
                channel.socket().setSoLinger(true, 0);
            }
        } catch (IOException e) {
            // The connection has already ended.
        }
        scene.ledger().count(Client.Outcome.LEFT);
        done.run();
    }
}
