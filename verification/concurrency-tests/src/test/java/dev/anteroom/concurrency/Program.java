package dev.anteroom.concurrency;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The result of a program that ran in its own JVM. */
record Program(int exit, String output) {
    /** Runs a main class with this class path, preceded by a directory. */
    static Program run(Path first, String mainClass, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "-cp",
                first + ":" + System.getProperty("java.class.path"),
                mainClass));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(first.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Program(process.waitFor(), output);
    }
}
