package dev.anteroom.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.Transport;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A protocol that records its callbacks, and does nothing else unless the test defines actions.
 *
 * <pre>{@code
 * var server = new RecordingProtocol().on(Callback.CONNECTION_MADE, Transport::pauseReading);
 * ...
 * server.await(Callback.END_OF_INPUT_SEEN);
 * assertEquals("", server.text());
 * }</pre>
 *
 * <p>Define actions before the connection is made. Any thread may read the recording at any time.
 */
public final class RecordingProtocol implements Protocol {
    /** The callbacks of a protocol. */
    public enum Callback {
        /** {@link Protocol#connectionMade}. */
        CONNECTION_MADE,
        /** {@link Protocol#dataReceived}. */
        DATA_RECEIVED,
        /** {@link Protocol#endOfInputSeen}. */
        END_OF_INPUT_SEEN,
        /** {@link Protocol#inputClosed}. */
        INPUT_CLOSED,
        /** {@link Protocol#writabilityChanged}. */
        WRITABILITY_CHANGED,
        /** {@link Protocol#connectionLost}. */
        CONNECTION_LOST
    }

    private final Map<Callback, Consumer<Transport>> actions = new EnumMap<>(Callback.class);
    private BiConsumer<Transport, ByteBuffer> reader = (transport, data) -> take(data);
    private final CompletableFuture<Transport> made = new CompletableFuture<>();

    // Guarded by this.
    private final List<Callback> callbacks = new ArrayList<>();
    private final Set<Thread> threads = new LinkedHashSet<>();
    private final List<Boolean> writability = new ArrayList<>();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private @Nullable Throwable reason;
    private boolean busy;
    private boolean calledFromInside;

    /** Creates a protocol that takes all bytes. */
    public RecordingProtocol() {}

    /**
     * Defines what to do in a callback, besides recording it. The default is nothing, for {@code inputClosed} too.
     *
     * @param callback the callback
     * @param action the action
     * @return this
     */
    public RecordingProtocol on(Callback callback, Consumer<Transport> action) {
        actions.put(callback, action);
        return this;
    }

    /**
     * Defines what to do with bytes, instead of taking them all.
     *
     * @param reader receives the connection and the buffer, and {@linkplain #take takes} the bytes to keep
     * @return this
     */
    public RecordingProtocol reading(BiConsumer<Transport, ByteBuffer> reader) {
        this.reader = reader;
        return this;
    }

    /**
     * Appends the remaining bytes of a buffer to the {@linkplain #received received} bytes.
     *
     * @param data the buffer, of which nothing remains afterwards
     */
    public synchronized void take(ByteBuffer data) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        received.writeBytes(bytes);
    }

    /**
     * Evaluates a predicate on the connection's loop, outside every callback. A callback that runs within it is
     * recorded as a fault.
     *
     * @param question the predicate, which may act on the connection first
     * @return its result
     */
    public boolean ask(Predicate<Transport> question) {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        transport().eventLoop().execute(() -> {
            try {
                exclusively(() -> answer.complete(question.test(transport())));
            } catch (Throwable e) {
                answer.completeExceptionally(e);
            }
        });
        return Await.value(answer);
    }

    /**
     * Runs an action on the connection's loop, outside every callback. A callback that runs within it is recorded as a
     * fault.
     *
     * @param action the action
     */
    public void act(Consumer<Transport> action) {
        ask(transport -> {
            action.accept(transport);
            return true;
        });
    }

    /**
     * Returns the connection, and waits until it is established.
     *
     * @return the argument of {@code connectionMade}
     */
    public Transport transport() {
        return Await.value(made);
    }

    /**
     * Waits for a callback.
     *
     * @param callback the callback
     * @return this
     */
    public RecordingProtocol await(Callback callback) {
        Await.until(callback + " came", () -> count(callback) > 0);
        return this;
    }

    /**
     * Waits until at least a number of bytes has been taken.
     *
     * @param count the number of bytes
     * @return this
     */
    public RecordingProtocol awaitReceived(int count) {
        Await.until(count + " bytes were received", () -> receivedCount() >= count);
        return this;
    }

    /**
     * Returns the callbacks so far.
     *
     * @return the callbacks in order; several {@code DATA_RECEIVED} in a row count as one, because their number depends
     *     on TCP
     */
    public synchronized List<Callback> callbacks() {
        return List.copyOf(callbacks);
    }

    /**
     * Counts the calls of a callback.
     *
     * @param callback the callback
     * @return its count in {@link #callbacks()}
     */
    public synchronized int count(Callback callback) {
        return Math.toIntExact(callbacks.stream().filter(callback::equals).count());
    }

    /**
     * Returns the threads that have run callbacks.
     *
     * @return each thread once
     */
    public synchronized Set<Thread> threads() {
        return Set.copyOf(threads);
    }

    /**
     * Returns the arguments of {@code writabilityChanged}.
     *
     * @return the arguments in order
     */
    public synchronized List<Boolean> writability() {
        return List.copyOf(writability);
    }

    /**
     * Returns the bytes that were taken.
     *
     * @return all bytes in order
     */
    public synchronized byte[] received() {
        return received.toByteArray();
    }

    /**
     * Returns the number of bytes that were taken.
     *
     * @return the number of bytes
     */
    public synchronized int receivedCount() {
        return received.size();
    }

    /**
     * Returns the bytes that were taken as text.
     *
     * @return all bytes, decoded from UTF-8
     */
    public synchronized String text() {
        return received.toString(UTF_8);
    }

    /**
     * Returns the reason of the loss of the connection.
     *
     * @return the argument of {@code connectionLost}
     */
    public synchronized @Nullable Throwable reason() {
        return reason;
    }

    /**
     * Whether a callback has run within another callback or an {@linkplain #act action}.
     *
     * @return true if the transport broke that promise
     */
    public synchronized boolean wasCalledFromInside() {
        return calledFromInside;
    }

    @Override
    public void connectionMade(Transport transport) {
        hear(Callback.CONNECTION_MADE, () -> {
            made.complete(transport);
            act(Callback.CONNECTION_MADE, transport);
        });
    }

    @Override
    public void dataReceived(ByteBuffer data) {
        hear(Callback.DATA_RECEIVED, () -> {
            reader.accept(transport(), data);
            act(Callback.DATA_RECEIVED, transport());
        });
    }

    @Override
    public void inputClosed(Transport transport) {
        hear(Callback.INPUT_CLOSED, () -> act(Callback.INPUT_CLOSED, transport));
    }

    @Override
    public void endOfInputSeen(Transport transport) {
        hear(Callback.END_OF_INPUT_SEEN, () -> act(Callback.END_OF_INPUT_SEEN, transport));
    }

    @Override
    public void writabilityChanged(boolean writable) {
        hear(Callback.WRITABILITY_CHANGED, () -> {
            synchronized (this) {
                writability.add(writable);
            }
            act(Callback.WRITABILITY_CHANGED, transport());
        });
    }

    @Override
    public void connectionLost(@Nullable Throwable reason) {
        synchronized (this) {
            this.reason = reason;
        }
        hear(Callback.CONNECTION_LOST, () -> act(Callback.CONNECTION_LOST, transport()));
    }

    private void act(Callback callback, Transport transport) {
        actions.getOrDefault(callback, ignored -> {}).accept(transport);
    }

    /** Records a callback after its action, so that a thread that sees the record also sees what the action did. */
    private void hear(Callback callback, Runnable action) {
        try {
            exclusively(action);
        } finally {
            record(callback);
        }
    }

    private synchronized void record(Callback callback) {
        threads.add(Thread.currentThread());
        boolean again = !callbacks.isEmpty() && callbacks.get(callbacks.size() - 1) == callback;
        if (callback != Callback.DATA_RECEIVED || !again) {
            callbacks.add(callback);
        }
    }

    private void exclusively(Runnable action) {
        synchronized (this) {
            calledFromInside |= busy;
            busy = true;
        }
        try {
            action.run();
        } finally {
            synchronized (this) {
                busy = false;
            }
        }
    }
}
