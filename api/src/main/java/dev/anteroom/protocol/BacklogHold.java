package dev.anteroom.protocol;

import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.Intake;
import java.net.SocketAddress;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * A listener that accepts nobody while a gate's waiting room is full: instead of being accepted and refused, newcomers stay in the
 * kernel's backlog, in the order in which they came, until there is room.
 *
 * <pre>{@code
 * Listener listener = BacklogHold.hold(gate, loops.listen(address, new GatedProtocolFactory(gate, factory)));
 * }</pre>
 *
 * <p>What the kernel holds costs no descriptor and no memory of this process, but nobody notices who of them leaves; and if the
 * backlog, too, is full, clients try again to connect until they give up. A listener paused by its user stays so, whatever
 * the gate says.
 */
public final class BacklogHold implements Listener {
    private final Listener listener;
    private final Intake.Hold hold;

    /** Changes that the listener has not been told of; the thread that raises it from 0 tells, outside every lock. */
    private final AtomicInteger untold = new AtomicInteger();

    private volatile boolean paused;
    private volatile boolean held;

    private BacklogHold(AdmissionGate gate, Listener listener) {
        this.listener = listener;
        hold = gate.holdWhenFull(new Intake() {
            @Override
            public void pause() {
                hold(true);
            }

            @Override
            public void resume() {
                hold(false);
            }
        });
        listener.acceptWhile(() -> !paused && !hold.isHolding());
    }

    /**
     * Has a listener accept nobody while a waiting room is full.
     *
     * @param gate to which the listener's connections come
     * @param listener what accepts them; closed if this throws, because as a rule nobody else can
     * @return the listener to use, and to close, in the place of that one
     * @throws IllegalStateException if the gate has no waiting places
     */
    public static Listener hold(AdmissionGate gate, Listener listener) {
        Objects.requireNonNull(listener, "listener");
        try {
            return new BacklogHold(Objects.requireNonNull(gate, "gate"), listener);
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

    private void hold(boolean hold) {
        held = hold;
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
        if (paused || held) {
            listener.pauseAccepting();
        } else {
            listener.resumeAccepting();
        }
    }

    @Override
    public void close() {
        listener.close();
        hold.close();
    }
}
