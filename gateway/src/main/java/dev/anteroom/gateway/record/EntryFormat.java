package dev.anteroom.gateway.record;

import dev.anteroom.gate.Admission;
import dev.anteroom.gateway.log.LineFormat;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Formats entries as lines of a recorded load. Numbers the sources in the order in which their first connections end;
 * all sources after the first {@value #MAX_SOURCES} share one number. Not thread-safe.
 */
final class EntryFormat implements LineFormat<Entry> {
    static final String HEADER = "arrival,service,patience,source,class,wait,end";

    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final int MAX_SOURCES = 100_000;
    private static final int MAX_CLASS = 999_999;

    /** Approximate size of an entry and the key of its source. */
    private static final int BYTES = 160;

    private final long beginNanos;
    private final Map<Object, Integer> sources = new HashMap<>();

    EntryFormat(long beginNanos) {
        this.beginNanos = beginNanos;
    }

    @Override
    public String name() {
        return "the recording";
    }

    @Override
    public String header() {
        return HEADER;
    }

    @Override
    public int bytes(Entry entry) {
        return BYTES;
    }

    @Override
    public String dropped(long count) {
        return ""; // the recorder reports them when it is closed
    }

    /** A recording with a gap would be that of another load. */
    @Override
    public boolean endsWithFailure() {
        return true;
    }

    @Override
    public String line(Entry entry) {
        return String.join(
                ",",
                seconds(entry.arrivalNanos() - beginNanos),
                entry.end() == Admission.State.RELEASED ? seconds(entry.serviceNanos()) : "",
                entry.end() == Admission.State.ABANDONED ? seconds(entry.waitNanos()) : "",
                Integer.toString(source(entry.sourceKey())),
                Integer.toString(Math.max(0, Math.min(MAX_CLASS, entry.priorityClass()))),
                seconds(entry.waitNanos()),
                entry.end().name().toLowerCase(Locale.ROOT));
    }

    private int source(Object key) {
        Integer known = sources.get(key);
        if (known != null || sources.size() == MAX_SOURCES) {
            return known == null ? MAX_SOURCES : known;
        }
        sources.put(key, sources.size());
        return sources.size() - 1;
    }

    private static String seconds(long nanos) {
        long positive = Math.max(0, nanos);
        String fraction =
                Long.toString(NANOS_PER_SECOND + positive % NANOS_PER_SECOND).substring(1);
        return positive / NANOS_PER_SECOND + "." + fraction;
    }
}
