package dev.anteroom.documents;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The files of this checkout, without those that a build makes. Tests run in their module's directory. */
final class Checkout {
    static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();

    private static final Set<String> NOT_OURS = Set.of("target", ".git", ".idea", "corpus", "__pycache__");

    private Checkout() {}

    /** Returns the files whose name ends in one of the suffixes. */
    static List<Path> files(String... suffixes) {
        List<Path> found = new ArrayList<>();
        walk(new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                return isOurs(directory) ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (List.of(suffixes).stream().anyMatch(suffix -> nameOf(file).endsWith(suffix))) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return found;
    }

    /** Returns the lines of a file. */
    static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /** Returns a path as a message shows it: relative to the root. */
    static String shown(Path file) {
        return ROOT.relativize(file).toString();
    }

    private static void walk(SimpleFileVisitor<Path> visitor) {
        try {
            Files.walkFileTree(ROOT, visitor);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isOurs(Path directory) {
        return !NOT_OURS.contains(nameOf(directory));
    }

    private static String nameOf(Path path) {
        return String.valueOf(path.getFileName());
    }
}
