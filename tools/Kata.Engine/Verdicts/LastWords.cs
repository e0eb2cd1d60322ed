using Kata.Engine.Run;

namespace Kata.Engine.Verdicts;

/// <summary>Explains why a child process ended, from what the runtime printed last and from the exit code.</summary>
internal static class LastWords
{
    /// <summary>One helpful line.</summary>
    /// <param name="where">What was running.</param>
    /// <param name="report">The run.</param>
    public static string Explain(string where, RunReport report)
    {
        var errors = report.Errors;
        if (errors.Contains("Stack overflow.", StringComparison.Ordinal))
        {
            return $"{where} overflowed the stack: a recursion without an end.";
        }

        if (errors.Contains("Out of memory.", StringComparison.Ordinal))
        {
            return $"{where} ran out of memory: does something grow in a loop?";
        }

        if (LineAfter(errors, "Unhandled exception.") is { } exception)
        {
            return $"{where} ended with an exception on another thread, where no test can catch it (an async void, a thread of its own): {exception}";
        }

        if (LineAfter(errors, "Process terminated.") is { } reason)
        {
            return $"{where} ended the process by Environment.FailFast: {reason}";
        }

        return $"{where} ended the process with exit code {report.ExitCode}: an answer returns or throws, it does not call Environment.Exit.";
    }

    private static string? LineAfter(string text, string start)
    {
        var index = text.IndexOf(start, StringComparison.Ordinal);
        return index < 0 ? null : text[(index + start.Length)..].TrimStart().Split('\n')[0].Trim();
    }
}
