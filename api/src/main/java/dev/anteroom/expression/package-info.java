/**
 * The language in which users write policies, limits and durations: its grammar, its faults with their columns, and its
 * values. Use it for your own policies and limits that are found by name and have parameters.
 */
package dev.anteroom.expression;
