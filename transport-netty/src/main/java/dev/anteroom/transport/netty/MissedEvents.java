package dev.anteroom.transport.netty;

import static java.lang.System.Logger.Level.WARNING;

import dev.anteroom.transport.UnreadBytes;
import io.netty.buffer.ByteBuf;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What the handlers behind a gate have not received yet: the registration and the activation of the channel, then user
 * events, then the input, which is a PROXY header, bytes, and the end. Confined to the event loop.
 *
 * <p>Every part is bounded. The bytes are those that {@link ParkedChannel} reads. Equal events count once, in the place
 * of the last. Of the events of one class, {@value #EVENTS_OF_A_CLASS} are kept: the first ones and the latest. Of all
 * events, {@value #EVENTS} are kept, and the caller learns when there is no room for another.
 */
final class MissedEvents {
    static final int EVENTS_OF_A_CLASS = 64;
    static final int EVENTS = 256;

    /** Compared by name, because codec-haproxy and handler need not be on the class path. */
    private static final String PROXY_HEADER = "io.netty.handler.codec.haproxy.HAProxyMessage";

    private static final String TLS_END = "io.netty.handler.ssl.SslCloseCompletionEvent";
    private static final String IDLE = "io.netty.handler.timeout.IdleStateEvent";

    private static final String LOST =
            "while a connection waited, more than {0} different events of {1} were fired at it;"
                    + " its handlers hear the first of them and the latest. Said once for each class";

    /** Classes for which this process has logged that events were lost. */
    private static final ClassValue<AtomicBoolean> LOSS_LOGGED = new ClassValue<>() {
        @Override
        protected AtomicBoolean computeValue(Class<?> type) {
            return new AtomicBoolean();
        }
    };

    boolean registered;
    boolean active;

    private final List<Object> events = new ArrayList<>(0);

    /** Bytes as {@link UnreadBytes}, a PROXY header as {@link Header}, and an event that ends the input as itself. */
    private final List<Object> input = new ArrayList<>(0);

    private int length;
    private boolean ended;

    /** A PROXY header that a decoder in front of the gate has read. */
    record Header(Object message) {}

    /**
     * Whether an event reports that nothing was read or written for a while, which says nothing new about a waiting
     * connection.
     */
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

    /** Returns the number of bytes that are kept. */
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

    /** Copies the readable bytes. */
    void addBytes(ByteBuf data) {
        length += data.readableBytes();
        if (input.isEmpty() || !(input.get(input.size() - 1) instanceof UnreadBytes)) {
            input.add(new UnreadBytes());
        }
        ((UnreadBytes) input.get(input.size() - 1)).add(data.nioBuffer());
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
     * Keeps an event. It takes the place of an equal event, or of the latest event of its class if there are too many
     * of that class.
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

    /** Returns the index of the latest event of a class if no more of that class may be kept; otherwise -1. */
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
        if (!LOSS_LOGGED.get(type).getAndSet(true)) {
            NettyEventLoop.LOGGER.log(WARNING, LOST, EVENTS_OF_A_CLASS, type.getName());
        }
        return latest;
    }

    Object takeEvent() {
        return events.remove(0);
    }

    /** Returns the next part of the input, which must not be empty. */
    Object takeInput() {
        Object item = input.remove(0);
        if (item instanceof UnreadBytes bytes) {
            length -= bytes.length();
        } else if (item == ChannelInputShutdownEvent.INSTANCE) {
            ended = false;
        }
        return item;
    }

    boolean endsNext() {
        return hasInput() && input.get(0) == ChannelInputShutdownEvent.INSTANCE;
    }

    /** Releases everything, because nothing will receive it. */
    void release() {
        events.forEach(ReferenceCountUtil::safeRelease);
        events.clear();
        input.forEach(item -> ReferenceCountUtil.safeRelease(item instanceof Header header ? header.message() : item));
        input.clear();
        length = 0;
    }
}
