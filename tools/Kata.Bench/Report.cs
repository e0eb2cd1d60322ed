using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Kata.Bench;

/// <summary>Writes figures: lines as they come, or one JSON object at the end.</summary>
/// <param name="plan">How much is measured.</param>
/// <param name="json">Whether to write JSON.</param>
internal sealed class Report(Plan plan, bool json)
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly List<Figure> figures = [];
    private string commit = "";

    /// <summary>Says what is measured, and where.</summary>
    public void Begin(string measuredCommit)
    {
        commit = measuredCommit;
        if (!json)
        {
            Console.WriteLine($"commit {commit}, {Environment.ProcessorCount} processors, {RuntimeInformation.OSDescription}, .NET {Environment.Version}{(plan.IsQuick ? ", quick" : "")}");
        }
    }

    /// <summary>Says on the error stream what is done now.</summary>
    public static void Tell(string what) => Console.Error.WriteLine($"  ... {what}");

    /// <summary>Adds a figure.</summary>
    public void Add(Figure figure)
    {
        figures.Add(figure);
        if (!json)
        {
            var value = figure.Value is { } known ? $"{known.ToString(known < 10 ? "0.00" : "0", CultureInfo.InvariantCulture)} {figure.Unit}" : "not measured";
            var note = figure.Note is null ? "" : $"  ({figure.Note})";
            Console.WriteLine($"{figure.Name,-46}{value,14}  {figure.Target,-12}{figure.Outcome,-6}{note}".TrimEnd());
        }
    }

    /// <summary>Adds median and 95th percentile of times.</summary>
    public void AddTimes(string name, IReadOnlyList<double> milliseconds, double? medianAtMost = null, double? tailAtMost = null, string? note = null)
    {
        Add(new Figure($"{name}, p50", milliseconds.Percentile(50), "ms") { AtMost = medianAtMost, Note = note });
        Add(new Figure($"{name}, p95", milliseconds.Percentile(95), "ms") { AtMost = tailAtMost, Note = $"of {milliseconds.Count}" });
    }

    /// <summary>Writes what is still to be written.</summary>
    public void End()
    {
        var missed = figures.Count(figure => figure.Outcome == "missed");
        var met = figures.Count(figure => figure.Outcome == "met");
        Console.WriteLine(json
            ? JsonSerializer.Serialize(
                new { commit, plan.IsQuick, Processors = Environment.ProcessorCount, System = RuntimeInformation.OSDescription, Met = met, Missed = missed, Figures = figures },
                Format)
            : $"{met} met, {missed} missed");
    }
}
