package dev.anteroom.concurrency;

import java.io.IOException;
import java.nio.file.Files;
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
        Path output = Files.createTempFile("anteroom", ".log");
        Process process = new ProcessBuilder(command)
                .directory(first.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            process.waitFor();
            return new Program(process.exitValue(), Files.readString(output));
        } finally {
            process.destroyForcibly();
            Files.delete(output);
        }
    }
}
