package dev.anteroom.gateway;

import static java.lang.invoke.MethodType.methodType;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * SIGTERM and SIGINT: the first asks to end in order, the second ends at once.
 *
 * <p>A shutdown hook will not do: the JVM then exits with 143, and lets no second signal through while the hook runs.
 * {@code sun.misc.Signal} will, and is supported (module {@code jdk.unsupported}), but javac warns of it in a way that cannot be
 * suppressed; hence reflection.
 */
final class Signals implements Runnable {
    private static final List<String> NAMES = List.of("TERM", "INT");

    private final AtomicBoolean asked = new AtomicBoolean();
    private final Runnable end;

    private Signals(Runnable end) {
        this.end = end;
    }

    /** Has the first signal run a task, on a thread of its own. */
    static void onFirst(Runnable end) {
        Signals signals = new Signals(end);
        try {
            signals.install();
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("this JVM has no sun.misc.Signal", e);
        }
    }

    private void install() throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        MethodHandle run = MethodHandles.lookup().bind(this, "run", methodType(void.class));
        Object receiver = MethodHandleProxies.asInterfaceInstance(handler, MethodHandles.dropArguments(run, 0, signal));
        for (String name : NAMES) {
            try {
                signal.getMethod("handle", signal, handler)
                        .invoke(null, signal.getConstructor(String.class).newInstance(name), receiver);
            } catch (InvocationTargetException e) {
                // With -Xrs signals are the system's, as the user wished.
            }
        }
    }

    /** A signal has come. */
    @Override
    public void run() {
        if (asked.compareAndSet(false, true)) {
            end.run();
        } else {
            Runtime.getRuntime().halt(1);
        }
    }
}
