package dev.anteroom.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The long form: runs sessions on each subject in turn until the time is over, and prints the figures. */
public final class Soak {
    private static final int CLIENTS = Integer.getInteger("anteroom.chaos.clients", 4_000);
    private static final int ROUNDS = 3;

    private final Map<String, Long> counts = new TreeMap<>();
    private final List<String> violations = new ArrayList<>();

    private Soak() {}

    /**
     * Runs until the time is over. Exits with 1 if there was a violation.
     *
     * @param args the minutes, the first seed, and the subjects; by default all subjects
     * @throws InterruptedException if it is interrupted
     */
    public static void main(String[] args) throws InterruptedException {
        Duration duration = Duration.ofMinutes(args.length > 0 ? Long.parseLong(args[0]) : 60);
        long seed = args.length > 1 ? Long.parseLong(args[1]) : System.nanoTime() & 0xFFFFFF;
        List<String> subjects = args.length > 2 ? List.of(args).subList(2, args.length) : Subjects.NAMES;
        Soak soak = new Soak();
        long begin = System.nanoTime();
        int sessions = 0;
        do {
            soak.session(subjects.get(sessions % subjects.size()), seed + sessions++);
        } while (System.nanoTime() - begin < duration.toNanos());
        soak.report();
        System.exit(soak.violations.isEmpty() ? 0 : 1);
    }

    private void session(String name, long seed) throws InterruptedException {
        try (Session session = new Session(seed, Subjects.named(name))) {
            for (int i = 0; i < ROUNDS; i++) {
                session.round(CLIENTS);
            }
            session.ledger().counts().forEach((what, count) -> counts.merge(what, count, Long::sum));
            List<String> found = session.ledger().violations();
            System.out.println(name + ", seed " + seed + ": at most " + session.peak() + " served at once, violations: "
                    + found.size());
            found.forEach(System.out::println);
            violations.addAll(found);
        }
    }

    private void report() {
        System.out.println("\n| what | number |\n|---|---|");
        counts.forEach((what, count) -> System.out.println("| " + what + " | " + count + " |"));
        System.out.println("| violations | " + violations.size() + " |");
    }
}
