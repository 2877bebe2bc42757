package dev.anteroom.transport.netty;

import static java.lang.System.Logger.Level.WARNING;

import dev.anteroom.transport.HeldBytes;
import io.netty.buffer.ByteBuf;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What the handlers behind a gate have not heard yet: that the channel is registered and active, then user events, then the input:
 * bytes, a PROXY header in front of them, the end. Confined to the event loop.
 *
 * <p>Every part is bounded. The bytes are what {@link ParkedChannel} asks for. Equal events count once, in the place of the last.
 * Of the events of one class, {@value #EVENTS_OF_A_CLASS} are kept, the first ones and the latest. Of all events,
 * {@value #EVENTS} are kept, and the caller is told when there is no room for another.
 */
final class Missed {
    static final int EVENTS_OF_A_CLASS = 64;
    static final int EVENTS = 256;

    /** By name: codec-haproxy and handler need not be on the class path. */
    private static final String PROXY_HEADER = "io.netty.handler.codec.haproxy.HAProxyMessage";

    private static final String TLS_END = "io.netty.handler.ssl.SslCloseCompletionEvent";
    private static final String IDLE = "io.netty.handler.timeout.IdleStateEvent";

    private static final String LOST =
            "while a connection waited, more than {0} different events of {1} were fired at it;"
                    + " its handlers hear the first of them and the latest. Said once for each class";

    /** Classes of which this process has said that events were lost. */
    private static final ClassValue<AtomicBoolean> SAID = new ClassValue<>() {
        @Override
        protected AtomicBoolean computeValue(Class<?> type) {
            return new AtomicBoolean();
        }
    };

    boolean registered;
    boolean active;

    private final List<Object> events = new ArrayList<>(0);

    /** Bytes as {@link HeldBytes}, a message as {@link Header}, and what says that the input has ended as it is. */
    private final List<Object> input = new ArrayList<>(0);

    private int length;
    private boolean ended;

    /** A PROXY header, as a decoder in front of the gate has read it. */
    record Header(Object message) {}

    /** Whether an event says that nothing was read or written for a while. Of a connection that waits, that is no news. */
    static boolean isIdle(Object event) {
        for (Class<?> type = event.getClass(); type != null; type = type.getSuperclass()) {
            if (type.getName().equals(IDLE)) {
                return true;
            }
        }
        return false;
    }

    static boolean isProxyHeader(Object message) {
        return message.getClass().getName().equals(PROXY_HEADER);
    }

    /** How many bytes are held. */
    int length() {
        return length;
    }

    boolean hasEnded() {
        return ended;
    }

    boolean hasEvent() {
        return !events.isEmpty();
    }

    boolean hasInput() {
        return !input.isEmpty();
    }

    boolean isEmpty() {
        return events.isEmpty() && input.isEmpty();
    }

    /** Copies what is readable. */
    void addBytes(ByteBuf data) {
        length += data.readableBytes();
        if (input.isEmpty() || !(input.get(input.size() - 1) instanceof HeldBytes)) {
            input.add(new HeldBytes());
        }
        ((HeldBytes) input.get(input.size() - 1)).add(data.nioBuffer());
    }

    /**
     * Keeps the PROXY header.
     *
     * @return false if there is one already
     */
    boolean addHeader(Object message) {
        return input.stream().noneMatch(Header.class::isInstance) && input.add(new Header(message));
    }

    void addEnd() {
        ended = true;
        addOnce(ChannelInputShutdownEvent.INSTANCE);
    }

    private void addOnce(Object end) {
        if (input.stream().noneMatch(item -> item.getClass() == end.getClass())) {
            input.add(end);
        }
    }

    /**
     * Keeps an event. It takes the place of an equal one, or of the latest of its class if there are too many of that.
     *
     * @return false if there are too many events altogether
     */
    boolean addEvent(Object event) {
        if (event.getClass().getName().equals(TLS_END)) {
            addOnce(event);
            return true;
        }
        int replaced = events.indexOf(event);
        if (replaced < 0) {
            replaced = latestOfTooMany(event.getClass());
        }
        if (replaced >= 0) {
            ReferenceCountUtil.safeRelease(events.remove(replaced));
        }
        return events.size() < EVENTS && events.add(event);
    }

    /** The index of the latest event of a class, if no more of them are to be kept; otherwise -1. */
    private int latestOfTooMany(Class<?> type) {
        int count = 0;
        int latest = -1;
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i).getClass() == type) {
                count++;
                latest = i;
            }
        }
        if (count < EVENTS_OF_A_CLASS) {
            return -1;
        }
        if (!SAID.get(type).getAndSet(true)) {
            NettyEventLoop.LOGGER.log(WARNING, LOST, EVENTS_OF_A_CLASS, type.getName());
        }
        return latest;
    }

    Object takeEvent() {
        return events.remove(0);
    }

    /** The next of the input, which must not be empty. */
    Object takeInput() {
        Object item = input.remove(0);
        if (item instanceof HeldBytes bytes) {
            length -= bytes.length();
        } else if (item == ChannelInputShutdownEvent.INSTANCE) {
            ended = false;
        }
        return item;
    }

    boolean endsNext() {
        return hasInput() && input.get(0) == ChannelInputShutdownEvent.INSTANCE;
    }

    /** Forgets everything: nobody is going to hear it. */
    void release() {
        events.forEach(ReferenceCountUtil::safeRelease);
        events.clear();
        input.forEach(item -> ReferenceCountUtil.safeRelease(item instanceof Header header ? header.message() : item));
        input.clear();
        length = 0;
    }
}
