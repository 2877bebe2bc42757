package dev.anteroom.protocol;

import dev.anteroom.gate.Acceptor;
import dev.anteroom.gate.AdmissionGate;
import java.net.SocketAddress;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * A listener that stops accepting while a gate's waiting room is full. Instead of being accepted and refused, newcomers
 * stay in the kernel's backlog, in order of arrival, until there is room.
 *
 * <pre>{@code
 * Listener listener = PausingListener.pauseWhenFull(
 *         gate, loops.listen(address, new GatedProtocolFactory(gate, factory)));
 * }</pre>
 *
 * <p>Connections in the backlog cost this process no descriptor and no memory, but a client that leaves there goes
 * unnoticed. If the backlog is full too, clients retry to connect until they give up. A listener that its user has
 * paused stays paused, whatever the gate says.
 */
public final class PausingListener implements Listener {
    private final Listener listener;
    private final Acceptor.Control control;

    /**
     * The number of changes that the listener has not been told of. The thread that raises it from 0 tells the
     * listener, outside any lock.
     */
    private final AtomicInteger untold = new AtomicInteger();

    private volatile boolean paused;
    private volatile boolean full;

    private PausingListener(AdmissionGate gate, Listener listener) {
        this.listener = listener;
        control = gate.pauseWhenFull(new Acceptor() {
            @Override
            public void pause() {
                setFull(true);
            }

            @Override
            public void resume() {
                setFull(false);
            }
        });
        listener.acceptWhile(() -> !paused && !control.isPaused());
    }

    /**
     * Wraps a listener so that it stops accepting while a gate's waiting room is full.
     *
     * @param gate the gate that the listener's connections enter
     * @param listener accepts the connections; it is closed if this method throws, because usually the caller has no
     *     other reference to it
     * @return the listener to use, and to close, instead
     * @throws IllegalStateException if the gate has no waiting places
     */
    public static Listener pauseWhenFull(AdmissionGate gate, Listener listener) {
        Objects.requireNonNull(listener, "listener");
        try {
            return new PausingListener(Objects.requireNonNull(gate, "gate"), listener);
        } catch (RuntimeException e) {
            listener.close();
            throw e;
        }
    }

    @Override
    public SocketAddress address() {
        return listener.address();
    }

    @Override
    public void pauseAccepting() {
        paused = true;
        update();
    }

    @Override
    public void resumeAccepting() {
        paused = false;
        update();
    }

    @Override
    public void acceptWhile(BooleanSupplier condition) {
        listener.acceptWhile(condition);
    }

    private void setFull(boolean full) {
        this.full = full;
        update();
    }

    private void update() {
        if (untold.getAndIncrement() != 0) {
            return;
        }
        int told;
        RuntimeException failure = null;
        do {
            told = untold.get();
            try {
                tell();
            } catch (RuntimeException e) {
                failure = e;
            }
        } while (untold.addAndGet(-told) != 0);
        if (failure != null) {
            throw failure;
        }
    }

    private void tell() {
        if (paused || full) {
            listener.pauseAccepting();
        } else {
            listener.resumeAccepting();
        }
    }

    @Override
    public void close() {
        listener.close();
        control.close();
    }
}
