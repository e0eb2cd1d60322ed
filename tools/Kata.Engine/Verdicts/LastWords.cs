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
            return Texts.StackOverflow.With(where);
        }

        if (errors.Contains("Out of memory.", StringComparison.Ordinal))
        {
            return Texts.ProcessOutOfMemory.With(where);
        }

        if (LineAfter(errors, "Unhandled exception.") is { } exception)
        {
            return Texts.UnhandledException.With(where, exception);
        }

        if (LineAfter(errors, "Process terminated.") is { } reason)
        {
            return Texts.FailFast.With(where, reason);
        }

        return Texts.ProcessExited.With(where, report.ExitCode);
    }

    private static string? LineAfter(string text, string start)
    {
        var index = text.IndexOf(start, StringComparison.Ordinal);
        return index < 0 ? null : text[(index + start.Length)..].TrimStart().Split('\n')[0].Trim();
    }
}
