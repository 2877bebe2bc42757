package dev.anteroom.transport.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anteroom.protocol.EventLoop;
import dev.anteroom.protocol.TransportOptions;
import dev.anteroom.testkit.Await;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.RepeatedTest;

class NioEventLoopTest {
    /**
     * T1 checks whether the loop is closed; T2 closes it, and the loop runs its queued tasks for the last time; T1 adds
     * a task.
     */
    @RepeatedTest(50)
    void every_task_is_run_or_rejected() throws InterruptedException {
        List<Integer> ran = Collections.synchronizedList(new ArrayList<>());
        List<Integer> accepted = new ArrayList<>();
        Thread submitter;
        try (var loops = NioEventLoopGroup.open(TransportOptions.defaults().withLoops(1))) {
            EventLoop loop = loops.loop(0);
            submitter = new Thread(() -> {
                try {
                    for (int i = 0; ; i++) {
                        int number = i;
                        loop.execute(() -> ran.add(number));
                        accepted.add(number);
                    }
                } catch (RejectedExecutionException e) {
                    // Expected at the end.
                }
            });
            submitter.start();
            Await.until("tasks are coming", () -> ran.size() > 100);
        }
        submitter.join();
        assertEquals(accepted, ran);
    }
}
