package dev.anteroom.simulator;

import java.io.BufferedReader;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A recorded load: a text file whose first line names the columns. Each other line is a client.
 *
 * <pre>
 * arrival,service,patience,source,class
 * 0.000,0.120,,0,10
 * 0.013,1.5,2.5,3,10
 * </pre>
 *
 * <p>Times are in seconds; sources and classes are whole numbers from 0. Only {@code arrival} is required. Values that
 * are empty or have no column are drawn as for a synthetic load. The gateway also records the columns {@code wait} and
 * {@code end}, which are ignored here. Lines may be in any order.
 */
final class Recording {
    /** Marks a value that was not recorded. */
    static final long MISSING = -1;

    private static final List<String> COLUMNS = List.of("arrival", "service", "patience", "source", "class");
    private static final int TIMES = 3;

    /** The most characters of a number, and the most digits on either side of its point. */
    private static final int LONGEST = 50;

    /** What became of a client in the recorded run; the simulation finds out anew. */
    private static final List<String> IGNORED = List.of("wait", "end");

    /** The bound of the numbers of sources and classes. */
    private static final int MOST = 1_000_000;

    private final String path;
    private final long[][] columns = new long[COLUMNS.size()][1024];
    private int count;

    private Recording(String path) {
        this.path = path;
    }

    static Recording read(String path) {
        Recording recording = new Recording(path);
        try (BufferedReader reader = Files.newBufferedReader(Path.of(path))) {
            recording.readAll(reader);
        } catch (IOException | InvalidPathException e) {
            throw new IllegalArgumentException("the recorded load \"" + path + "\" cannot be read: " + e, e);
        }
        return recording;
    }

    private void readAll(BufferedReader reader) throws IOException {
        String first = reader.readLine();
        List<String> names = first == null ? List.of() : List.of(first.strip().split(",", -1));
        if (!names.contains("arrival") || names.stream().anyMatch(name -> !isKnown(name))) {
            throw new IllegalArgumentException(path + ": the first line must name the columns, arrival and any of "
                    + String.join(", ", COLUMNS.subList(1, COLUMNS.size())));
        }
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            add(names, line.strip().split(",", -1));
        }
        if (count == 0) {
            throw new IllegalArgumentException(path + ": there is no client in the file");
        }
        sort();
    }

    private static boolean isKnown(String column) {
        return COLUMNS.contains(column) || IGNORED.contains(column);
    }

    /** Sorts by arrival, because a gateway writes the line of a client when it leaves. */
    private void sort() {
        int[] order = IntStream.range(0, count)
                .boxed()
                .sorted(Comparator.comparingLong(this::arrivalNanos))
                .mapToInt(Integer::intValue)
                .toArray();
        for (int column = 0; column < columns.length; column++) {
            long[] unsorted = columns[column];
            columns[column] =
                    Arrays.stream(order).mapToLong(client -> unsorted[client]).toArray();
        }
    }

    private void add(List<String> names, String[] values) {
        if (values.length != names.size()) {
            throw error("there are " + values.length + " values for " + names.size() + " columns");
        }
        for (int column = 0; column < columns.length; column++) {
            if (count == columns[column].length) {
                columns[column] = Arrays.copyOf(columns[column], 2 * count);
            }
            int at = names.indexOf(COLUMNS.get(column));
            columns[column][count] = at < 0 || values[at].isEmpty() ? MISSING : value(column, values[at]);
        }
        if (arrivalNanos(count) == MISSING) {
            throw error("the arrival is missing");
        }
        count++;
    }

    private long value(int column, String text) {
        try {
            BigDecimal number = decimal(text);
            long value = (column < TIMES ? number.movePointRight(9).setScale(0, RoundingMode.HALF_UP) : number)
                    .longValueExact();
            if (value >= 0 && (column < TIMES || value < MOST)) {
                return value;
            }
        } catch (ArithmeticException | NumberFormatException e) {
            // reported below
        }
        throw error("\"" + text + "\" is not "
                + (column < TIMES ? "a number of seconds such as 0.25" : "a whole number from 0 to " + (MOST - 1)));
    }

    /** Parses a number of few digits. Expanding 1e999999999 would take gigabytes, and hours. */
    private static BigDecimal decimal(String text) {
        if (text.length() > LONGEST) {
            throw new NumberFormatException();
        }
        BigDecimal number = new BigDecimal(text);
        if (Math.abs((long) number.scale()) > LONGEST) {
            throw new NumberFormatException();
        }
        return number;
    }

    private IllegalArgumentException error(String what) {
        return new IllegalArgumentException(path + ", line " + (count + 2) + ": " + what);
    }

    int count() {
        return count;
    }

    long arrivalNanos(int client) {
        return columns[0][client];
    }

    /** Returns a time in nanoseconds or {@link #MISSING}, like the methods that follow. */
    long serviceNanos(int client) {
        return columns[1][client];
    }

    long patienceNanos(int client) {
        return columns[2][client];
    }

    int source(int client) {
        return (int) columns[3][client];
    }

    int priorityClass(int client) {
        return (int) columns[4][client];
    }

    /** Returns the number of sources: one more than the largest source. */
    int sources() {
        return (int) Arrays.stream(columns[3], 0, count).max().orElse(0) + 1;
    }
}
