package dev.anteroom.gateway.demo;

import java.io.PrintWriter;
import java.util.List;

/**
 * Shows a board as it changes: redraws it in place on a terminal, otherwise prints a line for each change. Runs on a
 * thread of its own until it is closed.
 */
final class DemoScreen implements AutoCloseable {
    private static final long POLL_MILLIS = 50;
    private static final int LINES = 6;
    private static final String GREEN = "\033[32m";
    private static final String YELLOW = "\033[33m";
    private static final String DIM = "\033[2m";
    private static final String BOLD = "\033[1m";
    private static final String PLAIN = "\033[0m";
    private static final String TO_END_OF_LINE = "\033[K";

    private final PrintWriter out;
    private final boolean onTerminal;
    private final String policy;
    private final DemoBoard board;
    private final Thread thread = new Thread(this::show, "screen");
    private DemoBoard.View last = new DemoBoard.View(List.of(), List.of(), List.of(), List.of());
    private volatile boolean closed;

    DemoScreen(PrintWriter out, boolean onTerminal, String policy, DemoBoard board) {
        this.out = out;
        this.onTerminal = onTerminal;
        this.policy = policy;
        this.board = board;
        begin();
        thread.start();
    }

    private void begin() {
        if (onTerminal) {
            draw(last);
        } else {
            out.println();
            out.println(policy);
            out.println("  %-10s %-28s %s".formatted("served now", "waiting, in order of arrival", "served so far"));
        }
    }

    private void show() {
        try {
            while (!closed) {
                update();
                Thread.sleep(POLL_MILLIS);
            }
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    private synchronized void update() {
        DemoBoard.View now = board.view();
        if (now.equals(last)) {
            return;
        }
        last = now;
        if (onTerminal) {
            out.print("\033[" + LINES + "A");
            draw(now);
        } else {
            out.println("  %-10s %-28s %s".formatted(row(now.inService()), row(now.waiting()), row(now.served())));
        }
    }

    private void draw(DemoBoard.View view) {
        line("", "");
        line(BOLD + policy + PLAIN, "");
        line("  served now     ", GREEN + row(view.inService()) + PLAIN);
        line("  waiting        ", YELLOW + row(view.waiting()) + PLAIN);
        line("  served so far  ", row(view.served()));
        line("  gave up        ", DIM + row(view.gaveUp()) + PLAIN);
        out.flush();
    }

    private void line(String label, String content) {
        out.println(label + content + TO_END_OF_LINE);
    }

    private static String row(List<String> names) {
        return String.join(" ", names);
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.interrupt();
        thread.join();
        update();
    }
}
