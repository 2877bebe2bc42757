package dev.anteroom.gateway.log;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A file of lines that may be moved or removed at any time, or standard output. It is opened again by {@link #close}
 * and the next write. Not thread-safe.
 */
final class LogFile implements AutoCloseable {
    private final @Nullable Path path;
    private final String header;
    private @Nullable FileChannel out;
    private @Nullable Object openedKey;

    /** Whether the last write failed within a line. */
    private boolean torn;

    private LogFile(@Nullable Path path, String header) {
        this.path = path;
        this.header = header;
    }

    /**
     * Returns a file that is open.
     *
     * @param target a file, or {@code -} for standard output
     * @param header the first line of a file that is empty, or nothing
     * @param replaced whether the contents of the file are replaced
     */
    static LogFile open(String target, String header, boolean replaced) throws IOException {
        LogFile file = new LogFile(target.equals("-") ? null : Path.of(target), header);
        if (file.path != null && replaced) {
            Files.newByteChannel(
                            file.path,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING)
                    .close();
        }
        file.reopen();
        return file;
    }

    private FileChannel reopen() throws IOException {
        if (path == null) {
            // The channel of a stream that stays open: the program prints there, too.
            out = new FileOutputStream(FileDescriptor.out).getChannel();
            return out;
        }
        FileChannel opened = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        out = opened;
        Object key = key(path);
        torn &= key.equals(openedKey);
        openedKey = key;
        if (!header.isEmpty() && opened.size() == 0) {
            write(header + "\n");
        }
        return opened;
    }

    private static Object key(Path file) throws IOException {
        Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        return key == null ? file : key;
    }

    /** Closes the file if it was moved or removed. */
    void closeIfMoved() throws IOException {
        if (path != null && (!Files.exists(path) || !key(path).equals(openedKey))) {
            close();
        }
    }

    /** Writes lines. If that fails, some of them may have been written. */
    void write(String lines) throws IOException {
        FileChannel channel = out == null ? reopen() : out;
        ByteBuffer text = ByteBuffer.wrap((torn ? "\n" + lines : lines).getBytes(StandardCharsets.UTF_8));
        try {
            while (text.hasRemaining()) {
                channel.write(text);
            }
        } finally {
            torn = text.position() == 0 ? torn : text.get(text.position() - 1) != '\n';
        }
    }

    /** Closes the file, unless it is standard output. */
    @Override
    public void close() throws IOException {
        FileChannel opened = out;
        if (path != null && opened != null) {
            out = null;
            opened.close();
        }
    }

    @Override
    public String toString() {
        return Objects.requireNonNullElse(path, "standard output").toString();
    }
}
