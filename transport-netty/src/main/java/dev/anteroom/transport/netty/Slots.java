package dev.anteroom.transport.netty;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionGate;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.util.IdentityHashMap;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The slots that a connection holds, one of each gate in its pipeline that has admitted it. They are released once the
 * channel is closed and its handlers have been told, so that handlers that count connections never count more than a
 * limit. Confined to the event loop.
 */
final class Slots {
    private static final AttributeKey<Slots> KEY = AttributeKey.valueOf(Slots.class, "held");

    private final IdentityHashMap<AdmissionGate, Admission> held = new IdentityHashMap<>(1);

    private Slots() {}

    private static @Nullable Slots of(Channel channel) {
        return channel.attr(KEY).get();
    }

    /** Whether the connection holds a slot of a gate. */
    static boolean areHeld(Channel channel, AdmissionGate gate) {
        Slots slots = channel.hasAttr(KEY) ? of(channel) : null;
        return slots != null && slots.held.containsKey(gate);
    }

    /** Holds a slot until the connection is closed. */
    static void hold(Channel channel, AdmissionGate gate, Admission admission) {
        Slots slots = of(channel);
        if (slots == null) {
            slots = new Slots();
            channel.attr(KEY).set(slots);
            channel.closeFuture().addListener(closed -> releaseOnceUnregistered(channel));
        }
        slots.held.put(gate, admission);
    }

    private static void releaseOnceUnregistered(Channel channel) {
        if (channel.isRegistered()) {
            try {
                channel.eventLoop().execute(() -> releaseOnceUnregistered(channel));
                return;
            } catch (RejectedExecutionException e) {
                // The loop has ended, so no handler will be told.
            }
        }
        release(channel);
    }

    /** Releases all slots now. */
    static void release(Channel channel) {
        Slots slots = channel.hasAttr(KEY) ? of(channel) : null;
        if (slots != null) {
            slots.held.values().forEach(Admission::leave);
            slots.held.clear();
        }
    }
}
