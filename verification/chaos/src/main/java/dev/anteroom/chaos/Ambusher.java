package dev.anteroom.chaos;

import dev.anteroom.chaos.Plan.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A client that is gone in the moment it waits for: its socket is closed by the thread that brings the moment about, before that thread
 * goes on. It is registered nowhere, so that closing takes effect at once.
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
            // Its moment came before it had sent all.
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
            // It is gone already.
        }
        scene.ledger().count(Client.Outcome.LEFT);
        done.run();
    }
}
