package dev.anteroom.limits;

import dev.anteroom.gate.AdmissionGate;

/** The bounds of a limit that moves. */
record Range(int min, int max) {
    Range {
        if (min < 1 || min > max || max > AdmissionGate.MAX_COUNT) {
            throw new IllegalArgumentException("min and max must be from 1 to " + AdmissionGate.MAX_COUNT
                    + ", and min no more than max; were " + min + " and " + max);
        }
    }

    int clamp(double limit) {
        return (int) Math.max(min, Math.min(max, limit));
    }
}
