package dev.anteroom.transport.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anteroom.protocol.TransportOptions;
import dev.anteroom.testkit.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class TimersTest {
    @Test
    void timers_run_in_order_of_deadline_unless_cancelled() {
        try (var loops = NioEventLoopGroup.open(TransportOptions.defaults().withLoops(1))) {
            NioEventLoop loop = loops.loop(0);
            Await.value(CompletableFuture.runAsync(() -> addCancelAndRun(new Timers(loop)), loop));
        }
    }

    private static void addCancelAndRun(Timers timers) {
        Random random = new Random(1);
        List<Timers.Timer> kept = new ArrayList<>();
        List<Long> ran = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            Timers.Timer[] self = new Timers.Timer[1];
            self[0] = timers.timer(Duration.ofNanos(random.nextInt(10_000_000)), () -> ran.add(self[0].deadline()));
            timers.add(self[0]);
            kept.add(self[0]);
            if (random.nextInt(3) == 0) {
                kept.remove(random.nextInt(kept.size())).cancel();
            }
        }
        while (timers.nanosUntilNext() != Long.MAX_VALUE) {
            timers.runDue(Runnable::run);
        }
        assertEquals(kept.stream().map(Timers.Timer::deadline).sorted().toList(), ran);
    }
}
