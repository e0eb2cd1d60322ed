namespace Kata.Bench;

/// <summary>Nothing can be measured, because something does not work. Being slow is no reason.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);
