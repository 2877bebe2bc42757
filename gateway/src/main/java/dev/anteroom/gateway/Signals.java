package dev.anteroom.gateway;

import static java.lang.invoke.MethodType.methodType;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Handles signals: the first SIGTERM or SIGINT ends the program in order, the second ends it at once, and each SIGHUP
 * and each SIGUSR1 runs a task. Signals that mean nothing to the program, and would end it, are ignored.
 *
 * <p>A shutdown hook does not suffice: the JVM would exit with 143, and would let no second signal through while the
 * hook runs. {@code sun.misc.Signal} suffices and is supported (module {@code jdk.unsupported}), but javac issues a
 * warning for it that cannot be suppressed; hence reflection.
 */
final class Signals implements Runnable {
    private static final int FIRST_WITHOUT_CRASH = 25;

    private final AtomicBoolean asked = new AtomicBoolean();
    private final Runnable end;

    private Signals(Runnable end) {
        this.end = end;
    }

    /** Runs a task on the first SIGTERM or SIGINT, on a thread of its own. */
    static void onFirst(Runnable end) {
        handle(new Signals(end), "TERM", "INT");
    }

    /** Runs a task on every SIGHUP, on a thread of its own. */
    static void onHangUp(Runnable task) {
        handle(task, "HUP");
    }

    /** Runs a task on every SIGUSR1, on a thread of its own. */
    static void onUser1(Runnable task) {
        handle(task, "USR1");
    }

    /**
     * Ignores the signals whose default is to end the process. SIGUSR2 is one of them, except that the JVM suspends its
     * threads with it: JDK 17 crashes when it comes from outside, newer ones only warn. So it is ignored where the JVM
     * would crash, at the price of Flight Recorder's samples of methods. The launcher gives the JVM another signal for
     * that and ignores SIGUSR2 itself.
     */
    static void ignoreMeaningless() {
        handle(() -> {}, "USR1", "ALRM", "VTALRM", "PROF", "IO", "PWR", "STKFLT");
        if (Runtime.version().feature() < FIRST_WITHOUT_CRASH && System.getenv("_JAVA_SR_SIGNUM") == null) {
            handle(() -> {}, "USR2");
        }
    }

    private static void handle(Runnable task, String... names) {
        try {
            install(task, List.of(names));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("this JVM has no sun.misc.Signal", e);
        }
    }

    private static void install(Runnable task, List<String> names) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        MethodHandle run = MethodHandles.lookup()
                .findVirtual(Runnable.class, "run", methodType(void.class))
                .bindTo(task);
        Object receiver = MethodHandleProxies.asInterfaceInstance(handler, MethodHandles.dropArguments(run, 0, signal));
        for (String name : names) {
            try {
                signal.getMethod("handle", signal, handler)
                        .invoke(null, signal.getConstructor(String.class).newInstance(name), receiver);
            } catch (InvocationTargetException e) {
                // With -Xrs the user leaves signals to the operating system, which may not have this one.
            }
        }
    }

    /** Runs when a signal arrives. */
    @Override
    public void run() {
        if (asked.compareAndSet(false, true)) {
            end.run();
        } else {
            Runtime.getRuntime().halt(1);
        }
    }
}
