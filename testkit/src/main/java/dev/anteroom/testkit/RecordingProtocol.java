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
 * A protocol that records what it hears and otherwise does what the test tells it to: nothing, unless told.
 *
 * <pre>{@code
 * var server = new RecordingProtocol().on(Callback.CONNECTION_MADE, Transport::pauseReading);
 * ...
 * server.await(Callback.END_OF_INPUT_SEEN);
 * assertEquals("", server.text());
 * }</pre>
 *
 * <p>What it is to do is said before the connection is made; what it has heard can be asked from any thread at any time.
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

    /** Records, and takes all bytes. */
    public RecordingProtocol() {}

    /**
     * Says what to do in a callback, besides to record it. Nothing is done by default, in {@code inputClosed} too.
     *
     * @param callback when
     * @param action what
     * @return this
     */
    public RecordingProtocol on(Callback callback, Consumer<Transport> action) {
        actions.put(callback, action);
        return this;
    }

    /**
     * Says what to do with bytes, instead of taking them all.
     *
     * @param reader given the connection and the buffer; what it is to keep it {@linkplain #take takes}
     * @return this
     */
    public RecordingProtocol reading(BiConsumer<Transport, ByteBuffer> reader) {
        this.reader = reader;
        return this;
    }

    /**
     * Takes the bytes that remain in a buffer into what is {@linkplain #received received}.
     *
     * @param data of which nothing remains afterwards
     */
    public synchronized void take(ByteBuffer data) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        received.writeBytes(bytes);
    }

    /**
     * Asks something of the connection, on its loop and outside every callback; a callback that comes from inside is noted.
     *
     * @param question what to ask, and maybe to do before
     * @return the answer
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
     * Acts on the connection, on its loop and outside every callback; a callback that comes from inside is noted.
     *
     * @param action what to do
     */
    public void act(Consumer<Transport> action) {
        ask(transport -> {
            action.accept(transport);
            return true;
        });
    }

    /**
     * The connection; waits until it stands.
     *
     * @return what {@code connectionMade} was given
     */
    public Transport transport() {
        return Await.value(made);
    }

    /**
     * Waits until a callback has come.
     *
     * @param callback which
     * @return this
     */
    public RecordingProtocol await(Callback callback) {
        Await.until(callback + " came", () -> count(callback) > 0);
        return this;
    }

    /**
     * Waits until so many bytes were taken.
     *
     * @param count how many at least
     * @return this
     */
    public RecordingProtocol awaitReceived(int count) {
        Await.until(count + " bytes were received", () -> receivedCount() >= count);
        return this;
    }

    /**
     * The callbacks that have come.
     *
     * @return in their order; {@code DATA_RECEIVED} stands once for several in a row, whose number is TCP's affair
     */
    public synchronized List<Callback> callbacks() {
        return List.copyOf(callbacks);
    }

    /**
     * How often a callback has come.
     *
     * @param callback which
     * @return its count in {@link #callbacks()}
     */
    public synchronized int count(Callback callback) {
        return Math.toIntExact(callbacks.stream().filter(callback::equals).count());
    }

    /**
     * The threads on which callbacks came.
     *
     * @return each once
     */
    public synchronized Set<Thread> threads() {
        return Set.copyOf(threads);
    }

    /**
     * What {@code writabilityChanged} said.
     *
     * @return in order
     */
    public synchronized List<Boolean> writability() {
        return List.copyOf(writability);
    }

    /**
     * The bytes that were taken.
     *
     * @return all of them, in order
     */
    public synchronized byte[] received() {
        return received.toByteArray();
    }

    /**
     * How many bytes were taken.
     *
     * @return their number
     */
    public synchronized int receivedCount() {
        return received.size();
    }

    /**
     * The bytes that were taken, as text.
     *
     * @return all of them, from UTF-8
     */
    public synchronized String text() {
        return received.toString(UTF_8);
    }

    /**
     * Why the connection was lost.
     *
     * @return what {@code connectionLost} was given
     */
    public synchronized @Nullable Throwable reason() {
        return reason;
    }

    /**
     * Whether a callback ever came from inside another callback or an {@linkplain #act action}.
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

    /** Whoever sees a callback recorded also sees what was done in it. */
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
