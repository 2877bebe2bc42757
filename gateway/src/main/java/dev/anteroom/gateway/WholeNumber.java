package dev.anteroom.gateway;

import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gateway.config.Numbers;
import picocli.CommandLine.ITypeConverter;

/** A number on the command line, and its bounds. */
abstract class WholeNumber implements ITypeConverter<Integer> {
    private final int least;
    private final int most;

    private WholeNumber(int least, int most) {
        this.least = least;
        this.most = most;
    }

    @Override
    public Integer convert(String text) {
        return Numbers.parse(text, least, most);
    }

    static final class Places extends WholeNumber {
        Places() {
            super(0, AdmissionGate.MAX_COUNT);
        }
    }

    static final class Slots extends WholeNumber {
        Slots() {
            super(1, AdmissionGate.MAX_COUNT);
        }
    }

    static final class Weight extends WholeNumber {
        Weight() {
            super(1, 1000);
        }
    }

    static final class Connections extends WholeNumber {
        Connections() {
            super(1, Integer.MAX_VALUE);
        }
    }

    static final class Loops extends WholeNumber {
        Loops() {
            super(1, 1024);
        }
    }
}
