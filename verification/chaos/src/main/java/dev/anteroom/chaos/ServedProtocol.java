package dev.anteroom.chaos;

import dev.anteroom.chaos.Ledger.Violation;
import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.Transport;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** A served connection on one of the transports; checks the contract of the callbacks. */
final class ServedProtocol implements Protocol, Wire {
    private static final int NAP_MILLIS = 5;

    /** Callbacks that are counted; each connection is made once and lost once. */
    enum Heard {
        MADE,
        LOST
    }

    private final Scene scene;
    private final Mischief mischief;
    private final SplittableRandom random;
    private final Conversation conversation;
    private @Nullable Transport transport;
    private boolean lost;

    ServedProtocol(Scene scene, Mischief mischief, SplittableRandom random) {
        this.scene = scene;
        this.mischief = mischief;
        this.random = random;
        conversation = new Conversation(scene, this);
    }

    @Override
    public String toString() {
        return conversation + " with " + transport().remoteAddress() + ", " + mischief;
    }

    private Transport transport() {
        return Objects.requireNonNull(transport, "connectionMade comes first");
    }

    private void expectOpen(String callback) {
        if (transport == null || lost || !transport.eventLoop().inEventLoop()) {
            scene.ledger().violation(Violation.CALLBACK_ORDER, callback + (lost ? " after connectionLost" : ""));
        }
    }

    @Override
    public void connectionMade(Transport made) {
        if (transport != null) {
            scene.ledger().violation(Violation.CALLBACK_ORDER, "connectionMade twice");
        }
        transport = made;
        scene.ledger().count(Heard.MADE);
        scene.ceiling().arrived(this);
        scene.ambushes().strike(Ambushes.Moment.MADE, made.remoteAddress());
        mischief.throwIf(Mischief.THROW_ON_MADE, random.nextInt());
    }

    /** Sometimes takes half of the data, and pauses reading before it takes the rest. */
    @Override
    public void dataReceived(ByteBuffer data) {
        expectOpen("dataReceived");
        if (!transport().isReading()) {
            scene.ledger().violation(Violation.CALLBACK_ORDER, "dataReceived while reading is paused");
        }
        if (random.nextInt(4) == 0) {
            ByteBuffer half = data.slice(data.position(), data.remaining() / 2);
            data.position(data.position() + half.remaining());
            transport().pauseReading();
            after(NAP_MILLIS, transport()::resumeReading);
            conversation.received(half);
        } else {
            conversation.received(data);
        }
    }

    @Override
    public void inputClosed(Transport transport) {
        expectOpen("inputClosed");
        conversation.inputClosed();
    }

    @Override
    public void writabilityChanged(boolean writable) {
        expectOpen("writabilityChanged");
        if (writable) {
            conversation.writable();
        }
    }

    @Override
    public void connectionLost(@Nullable Throwable reason) {
        expectOpen("connectionLost");
        lost = true;
        scene.ledger().count(Heard.LOST);
        scene.ceiling().departed(this);
        conversation.ended();
        mischief.throwIf(Mischief.THROW_ON_LOST, random.nextInt());
    }

    @Override
    public void write(ByteBuffer data) {
        transport().write(data);
    }

    @Override
    public boolean isWritable() {
        return transport().isWritable();
    }

    @Override
    public void pauseReading() {
        transport().pauseReading();
    }

    @Override
    public void finish() {
        transport().shutdownOutput();
    }

    @Override
    public void close() {
        transport().close();
    }

    @Override
    public void reset() {
        transport().abort();
    }

    @Override
    public void after(long millis, Runnable task) {
        try {
            transport().eventLoop().schedule(Duration.ofMillis(millis), () -> {
                if (!lost) {
                    task.run();
                }
            });
        } catch (RejectedExecutionException e) {
            // The loop is closed, and so is the connection.
        }
    }
}
