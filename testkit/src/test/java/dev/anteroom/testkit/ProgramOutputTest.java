package dev.anteroom.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

@DisabledOnOs(OS.WINDOWS)
class ProgramOutputTest {
    private Process process;

    private ProgramOutput run(String script) throws IOException {
        process = new ProcessBuilder("sh", "-c", script).start();
        return ProgramOutput.of(process);
    }

    @AfterEach
    void end() {
        process.destroyForcibly();
    }

    @Test
    void lines_are_read_one_after_another() throws IOException {
        ProgramOutput output = run("echo one; echo two; echo three");
        assertEquals("one", output.line());
        assertEquals(List.of("two", "three"), output.linesToEnd());
        assertEquals(List.of(), output.linesToEnd());
    }

    @Test
    void a_program_that_ends_too_early_is_reported() throws IOException {
        ProgramOutput output = run("echo one");
        output.line();
        AssertionError error = assertThrows(AssertionError.class, output::line);
        assertTrue(error.getMessage().contains("[one]"), error.getMessage());
    }

    @Test
    void a_line_that_never_comes_ends_the_wait() throws IOException {
        ProgramOutput output = run("echo one; exec cat");
        output.line();
        AssertionError error =
                assertThrows(AssertionError.class, () -> Await.within(Duration.ofMillis(50), () -> output.line()));
        assertTrue(error.getMessage().contains("[one]"), error.getMessage());
    }
}
