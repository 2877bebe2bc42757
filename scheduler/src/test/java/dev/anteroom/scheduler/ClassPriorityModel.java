package dev.anteroom.scheduler;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A model of strict priority of the classes, in the order of the list. */
final class ClassPriorityModel extends BranchingModel {
    private static final Comparator<Object> URGENCY = Comparator.comparing(Integer.class::cast);

    ClassPriorityModel(List<ClassModel> classes) {
        super(classes);
    }

    @Override
    @Nullable
    Object next() {
        return waiting().stream().filter(this::mayBeServed).min(URGENCY).orElse(null);
    }

    @Override
    Object yielding(Object own, int size) {
        Object last = waiting().stream().max(URGENCY).orElse(own);
        return URGENCY.compare(last, own) > 0 ? last : own;
    }
}
