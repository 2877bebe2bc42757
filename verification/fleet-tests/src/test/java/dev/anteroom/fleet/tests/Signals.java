package dev.anteroom.fleet.tests;

import java.io.IOException;

/** Sends signals to processes that the test started. */
final class Signals {
    private Signals() {}

    static void send(String signal, Process process) {
        try {
            int exit = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .start()
                    .waitFor();
            if (exit != 0 && process.isAlive()) {
                throw new IllegalStateException("kill -" + signal + " exited with " + exit);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
