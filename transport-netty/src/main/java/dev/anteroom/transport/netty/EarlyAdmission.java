package dev.anteroom.transport.netty;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionCallback;
import dev.anteroom.gate.AdmissionGate;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The admission of a connection that entered its gate at the moment it was accepted, and therefore in order of arrival.
 * The connection's {@link AdmissionHandler}, which is added later and runs on another loop, takes the admission over.
 * What the gate reports before that is postponed until then.
 */
final class EarlyAdmission implements AdmissionCallback, Executor {
    private static final AttributeKey<EarlyAdmission> KEY = AttributeKey.valueOf(EarlyAdmission.class, "early");

    private final Channel channel;
    private final AdmissionGate gate;
    private volatile @Nullable AdmissionCallback callback;

    /** Guarded by this, as are the next two fields. */
    private @Nullable Admission admission;

    private @Nullable Executor executor;
    private @Nullable Runnable postponed;

    private EarlyAdmission(Channel channel, AdmissionGate gate) {
        this.channel = channel;
        this.gate = gate;
    }

    /**
     * Enters a channel that has just been accepted.
     *
     * @return the admission, on which {@link #tryFinish} must be called from time to time; null if the channel has
     *     entered a gate before, or if a function of the gate's user throws, which the channel's handler will then find
     *     out itself
     */
    static @Nullable EarlyAdmission of(Channel channel, AdmissionGate gate) {
        if (channel.hasAttr(KEY)) {
            return null;
        }
        EarlyAdmission early = new EarlyAdmission(channel, gate);
        try {
            early.admission = gate.enter(NettyIo.remoteAddress(channel), early, early);
        } catch (RuntimeException e) {
            return null;
        }
        channel.attr(KEY).set(early);
        return early;
    }

    /** Enters a gate, or takes over the admission made when the channel was accepted. Called on the channel's loop. */
    static Admission enter(AdmissionGate gate, Channel channel, Executor executor, AdmissionCallback callback) {
        EarlyAdmission early = channel.hasAttr(KEY) ? channel.attr(KEY).get() : null;
        Admission taken = early == null || early.gate != gate ? null : early.takeOver(executor, callback);
        return taken != null ? taken : gate.enter(NettyIo.remoteAddress(channel), executor, callback);
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

    /**
     * Leaves the gate if the channel was closed before a handler took the admission over.
     *
     * @return whether nothing is left to do: the admission was taken over, or has left
     */
    boolean tryFinish() {
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
