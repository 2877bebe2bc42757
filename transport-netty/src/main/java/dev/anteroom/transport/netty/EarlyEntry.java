package dev.anteroom.transport.netty;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionCallback;
import dev.anteroom.gate.AdmissionGate;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A connection's entry into its gate at the moment it is accepted, and so in order of arrival. Its {@link AdmissionHandler}, which
 * comes later and on another loop, takes the admission over; what the gate tells meanwhile is told then.
 */
final class EarlyEntry implements AdmissionCallback, Executor {
    private static final AttributeKey<EarlyEntry> KEY = AttributeKey.valueOf(EarlyEntry.class, "entry");

    private final Channel channel;
    private final AdmissionGate gate;
    private volatile @Nullable AdmissionCallback callback;

    /** Guarded by this, as the two that follow. */
    private @Nullable Admission admission;

    private @Nullable Executor executor;
    private @Nullable Runnable postponed;

    private EarlyEntry(Channel channel, AdmissionGate gate) {
        this.channel = channel;
        this.gate = gate;
    }

    /**
     * Enters a channel that has just been accepted.
     *
     * @return the entry, which is to be {@linkplain #isOver() looked after}; null if the channel has entered a gate before, or if one
     *     of the gate's functions throws, which its handler will then find out itself
     */
    static @Nullable EarlyEntry of(Channel channel, AdmissionGate gate) {
        if (channel.hasAttr(KEY)) {
            return null;
        }
        EarlyEntry entry = new EarlyEntry(channel, gate);
        try {
            entry.admission = gate.enter(NettyIo.remoteAddress(channel), entry, entry);
        } catch (RuntimeException e) {
            return null;
        }
        channel.attr(KEY).set(entry);
        return entry;
    }

    /** Enters a gate, or takes over the entry that was made when the channel was accepted. Called on the channel's loop. */
    static Admission enter(AdmissionGate gate, Channel channel, Executor executor, AdmissionCallback callback) {
        EarlyEntry entry = channel.hasAttr(KEY) ? channel.attr(KEY).get() : null;
        Admission early = entry == null || entry.gate != gate ? null : entry.takeOver(executor, callback);
        return early != null ? early : gate.enter(NettyIo.remoteAddress(channel), executor, callback);
    }

    private @Nullable Admission takeOver(Executor executor, AdmissionCallback callback) {
        Admission taken;
        Runnable task;
        synchronized (this) {
            taken = admission;
            task = postponed;
            admission = null;
            postponed = null;
            if (taken == null) {
                return null;
            }
            this.callback = callback;
            this.executor = executor;
        }
        if (task != null) {
            executor.execute(task);
        }
        return taken;
    }

    /** Whether there is nothing left to do: it was taken over, or the channel was closed before, and its place is given up now. */
    boolean isOver() {
        Admission left;
        synchronized (this) {
            left = admission;
            if (left != null && channel.isOpen()) {
                return false;
            }
            admission = null;
        }
        if (left != null) {
            left.leave();
        }
        return true;
    }

    @Override
    public void execute(Runnable task) {
        Executor now;
        synchronized (this) {
            now = executor;
            if (now == null) {
                postponed = task;
                return;
            }
        }
        now.execute(task);
    }

    @Override
    public void admitted(Admission admission) {
        AdmissionCallback handler = callback;
        if (handler != null) {
            handler.admitted(admission);
        }
    }

    @Override
    public void turnedAway(Admission admission) {
        AdmissionCallback handler = callback;
        if (handler != null) {
            handler.turnedAway(admission);
        }
    }

    @Override
    public int bytesSent() {
        AdmissionCallback handler = callback;
        return handler == null ? AdmissionCallback.super.bytesSent() : handler.bytesSent();
    }
}
