package dev.anteroom.testkit;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.anteroom.protocol.EventLoop;
import dev.anteroom.protocol.EventLoopGroup;
import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.Transport;
import dev.anteroom.protocol.TransportOptions;
import dev.anteroom.transport.nio.NioTransportProvider;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The suite fails for each kind of fault, planted in a real transport. */
class TransportSuiteTest {
    /** Time after which a wait for a faulty transport fails. A right one needs less than a second. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    @Test
    void input_closed_twice_after_a_pause_inside_it_is_found() {
        assertFound(
                ReadingPromises.class,
                "input_closed_comes_at_most_once_even_if_reading_is_paused_inside_it",
                connections(protocol -> new WrappedConnection(protocol) {
                    private boolean pausedInside;

                    @Override
                    public void inputClosed(Transport transport) {
                        super.inputClosed(transport);
                        pausedInside = !isReading();
                    }

                    @Override
                    public void resumeReading() {
                        super.resumeReading();
                        if (pausedInside) {
                            pausedInside = false;
                            eventLoop().execute(() -> protocol.inputClosed(this));
                        }
                    }
                }));
    }

    @Test
    void reading_ahead_without_a_bound_is_found() {
        assertFound(
                ReadingPromises.class,
                "kept_bytes_are_reported_and_bounded",
                options -> nio(options.withPreReadBytes(2 * options.preReadBytes())));
    }

    @Test
    void no_time_to_flush_after_the_output_was_shut_down_is_found() {
        for (String test : List.of(
                "close_gives_up_on_a_slow_reader_after_a_shutdown",
                "close_gives_up_in_a_later_turn_than_the_shutdown")) {
            assertFound(ClosingPromises.class, test, connections(protocol -> new WrappedConnection(protocol) {
                private boolean ending;

                @Override
                public void shutdownOutput() {
                    ending = true;
                    super.shutdownOutput();
                }

                @Override
                public void close() {
                    if (!ending) {
                        super.close();
                    }
                }
            }));
        }
    }

    @Test
    void a_time_to_flush_that_is_not_called_off_is_found() {
        assertFound(
                ClosingPromises.class,
                "the_time_to_flush_does_not_end_the_time_to_linger",
                options -> connections(protocol -> new WrappedConnection(protocol) {
                            @Override
                            public void close() {
                                super.close();
                                eventLoop().schedule(options.flushTimeout(), this::abort);
                            }
                        })
                        .apply(options));
    }

    @Test
    void a_deadline_that_retains_a_lost_connection_is_found() {
        assertFound(
                ClosingPromises.class,
                "nothing_is_retained_of_a_connection_that_is_lost",
                options -> connections(protocol -> new WrappedConnection(protocol) {
                            @Override
                            public void close() {
                                super.close();
                                eventLoop().schedule(options.linger(), () -> super.abort());
                            }
                        })
                        .apply(options));
    }

    @Test
    void a_doubled_bound_of_what_is_pending_is_found() {
        assertFound(
                WritingPromises.class,
                "the_bound_of_pending_bytes_can_be_set",
                options -> nio(options.withPendingBytes(options.highWaterMark(), 2 * options.maxPendingBytes())));
    }

    @Test
    void a_halved_bound_of_what_is_pending_is_found() {
        assertFound(
                WritingPromises.class,
                "the_bound_of_pending_bytes_can_be_set",
                options -> nio(options.withPendingBytes(
                        options.highWaterMark(), Math.max(options.highWaterMark(), options.maxPendingBytes() / 2))));
    }

    /** Plants a transport that reports two departures and not the third. */
    @Test
    void checking_for_departures_only_a_few_times_is_found() {
        AtomicInteger looks = new AtomicInteger();
        UnaryOperator<Protocol> forgetful = protocol -> new WrappedConnection(protocol) {
            @Override
            public void connectionLost(@Nullable Throwable reason) {
                if (reason == null || isReading() || looks.incrementAndGet() <= 2) {
                    super.connectionLost(reason);
                }
            }
        };
        assertFound(
                ParkingPromises.class, "resets_behind_the_end_of_input_are_noticed_in_turn", connections(forgetful));
        looks.set(0);
        assertFound(
                ParkingPromises.class, "resets_behind_more_than_the_bound_are_noticed_in_turn", connections(forgetful));
    }

    @Test
    void a_task_that_only_the_loop_can_cancel_is_found() {
        assertFound(
                EventLoopPromises.class,
                "a_task_cancelled_by_another_thread_does_not_run",
                loops(loop -> new WrappedGroup.Loop(loop) {
                    @Override
                    public Cancellable schedule(Duration delay, Runnable task) {
                        AtomicBoolean cancelled = new AtomicBoolean();
                        AtomicBoolean takenIn = new AtomicBoolean();
                        super.schedule(delay, () -> {
                            if (!cancelled.get()) {
                                task.run();
                            }
                        });
                        execute(() -> takenIn.set(true));
                        return () -> cancelled.compareAndSet(false, inEventLoop() || !takenIn.get());
                    }
                }));
    }

    @Test
    void keeping_a_cancelled_task_until_its_time_is_found() {
        assertFound(
                EventLoopPromises.class,
                "nothing_is_retained_of_a_cancelled_task",
                loops(loop -> new WrappedGroup.Loop(loop) {
                    @Override
                    public Cancellable schedule(Duration delay, Runnable task) {
                        AtomicBoolean cancelled = new AtomicBoolean();
                        super.schedule(delay, () -> {
                            if (!cancelled.get()) {
                                task.run();
                            }
                        });
                        return () -> cancelled.set(true);
                    }
                }));
    }

    private static EventLoopGroup nio(TransportOptions options) {
        return new NioTransportProvider().open(options);
    }

    private static Function<TransportOptions, EventLoopGroup> connections(UnaryOperator<Protocol> protocols) {
        return options -> new WrappedGroup(nio(options), protocols, UnaryOperator.identity());
    }

    private static Function<TransportOptions, EventLoopGroup> loops(UnaryOperator<EventLoop> wrap) {
        return options -> new WrappedGroup(nio(options), UnaryOperator.identity(), wrap);
    }

    /** Asserts that the promise is kept without the fault, and broken with it. */
    private static void assertFound(
            Class<? extends Promises> promises, String test, Function<TransportOptions, EventLoopGroup> faulty) {
        assertDoesNotThrow(() -> judge(promises, test, TransportSuiteTest::nio));
        assertThrows(AssertionError.class, () -> Await.within(PATIENCE, () -> judge(promises, test, faulty)));
    }

    private static void judge(
            Class<? extends Promises> promises, String test, Function<TransportOptions, EventLoopGroup> transport)
            throws Throwable {
        Suite suite = new Suite(transport);
        suite.openNetwork();
        try {
            Method method = promises.getDeclaredMethod(test);
            method.invoke(suite.part(promises));
        } catch (InvocationTargetException e) {
            throw e.getCause();
        } finally {
            suite.closeNetwork();
        }
    }

    private static final class Suite extends TransportSuite {
        private final Function<TransportOptions, EventLoopGroup> transport;

        Suite(Function<TransportOptions, EventLoopGroup> transport) {
            this.transport = transport;
        }

        @Override
        protected EventLoopGroup open(TransportOptions options) {
            return transport.apply(options);
        }

        @Override
        protected boolean noticesResetBehindUnreadBytes() {
            return true;
        }

        Promises part(Class<? extends Promises> promises) {
            return Stream.of(new Closing(), new Reading(), new Writing(), new Parking(), new EventLoops())
                    .filter(promises::isInstance)
                    .findFirst()
                    .orElseThrow();
        }
    }
}
