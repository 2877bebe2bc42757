package dev.anteroom.transport.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anteroom.testkit.Await;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails every test class of this module that leaks one of Netty's buffers. JUnit finds it through {@code
 * ServiceLoader}; the build makes Netty track every buffer ({@code -Dio.netty.leakDetection.level=paranoid}).
 *
 * <p>Netty reports leaks some time after a garbage collection. To know when, this extension leaks a buffer on purpose
 * after each class: once that leak is reported, all earlier leaks have been.
 */
public final class LeakDetection implements BeforeAllCallback, AfterAllCallback {
    private static final String CANARY = "leaked on purpose";
    private static final Queue<String> REPORTS = new ConcurrentLinkedQueue<>();

    static {
        ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new Factory());
    }

    /** Creates an extension for JUnit. */
    public LeakDetection() {}

    @Override
    public void beforeAll(ExtensionContext context) {
        assertEquals(ResourceLeakDetector.Level.PARANOID, ResourceLeakDetector.getLevel());
    }

    @Override
    public void afterAll(ExtensionContext context) {
        leakOnPurpose(context);
        Await.until("the leak on purpose is reported", () -> {
            System.gc();
            ByteBufAllocator.DEFAULT.buffer(1).release();
            return REPORTS.stream().anyMatch(report -> report.contains(CANARY));
        });
        List<String> leaks =
                REPORTS.stream().filter(report -> !report.contains(CANARY)).toList();
        REPORTS.clear();
        assertEquals(List.of(), leaks);
    }

    @SuppressWarnings("CheckReturnValue")
    private static void leakOnPurpose(ExtensionContext context) {
        // The buffer is named, because Netty logs only the first of equal reports.
        ByteBufAllocator.DEFAULT.buffer(1).touch(CANARY + " after " + context.getUniqueId());
    }

    private static final class Factory extends ResourceLeakDetectorFactory {
        @Override
        @SuppressWarnings("deprecation") // The one method that must be implemented.
        public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> resource, int interval, long maxActive) {
            return new Recorder<>(resource, interval);
        }
    }

    private static final class Recorder<T> extends ResourceLeakDetector<T> {
        private Recorder(Class<T> resource, int interval) {
            super(resource, interval);
        }

        @Override
        protected boolean needReport() {
            return true;
        }

        @Override
        protected void reportTracedLeak(String resourceType, String records) {
            REPORTS.add(resourceType + records);
        }

        @Override
        protected void reportUntracedLeak(String resourceType) {
            REPORTS.add(resourceType);
        }
    }
}
