package dev.anteroom.gateway.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.anteroom.gateway.config.TimeLimits;
import dev.anteroom.testkit.FakeEventLoop;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TimeKeeperTest {
    @Test
    void sweeps_continue_after_one_that_fails() {
        FakeEventLoop loop = new FakeEventLoop();
        AtomicInteger looks = new AtomicInteger();
        TimeKeeper keeper = new TimeKeeper(List.of(loop), () -> {
            if (looks.incrementAndGet() == 1) {
                throw new IllegalStateException("planted: a look");
            }
            return 0;
        });
        Duration second = Duration.ofSeconds(1);
        keeper.change(new TimeLimits(second, Duration.ZERO, Duration.ZERO, Duration.ZERO));
        assertThrows(IllegalStateException.class, loop::runPending);
        loop.advance(second);
        assertEquals(5, looks.get());
    }
}
