using System.Diagnostics;
using System.Text.Json;
using Kata.Engine.Catalogue;
using Kata.Engine.Mistakes;

namespace Kata.Engine.Verify;

/// <summary>A mutation of the reference that every test let pass.</summary>
/// <param name="Line">Of the reference, from 1.</param>
/// <param name="Code">The line as it stands.</param>
/// <param name="Replacement">What the mutation put there.</param>
/// <param name="Reason">Why it is equivalent; null when nobody has said so.</param>
public sealed record Survivor(int Line, string Code, string Replacement, string? Reason);

/// <summary>How strong the tests of a kata are.</summary>
/// <param name="Killed">Mutations that a test noticed, or that never ended.</param>
/// <param name="Survivors">Those that no test noticed.</param>
public sealed record MutationScore(int Killed, IReadOnlyList<Survivor> Survivors)
{
    /// <summary>The share of mutations killed, those with a reason left out of the count, in percent.</summary>
    public double Percent
    {
        get
        {
            var unexplained = Survivors.Count(survivor => survivor.Reason is null);
            return Killed + unexplained == 0 ? 100 : 100.0 * Killed / (Killed + unexplained);
        }
    }
}

/// <summary>Mutates the reference of a kata with Stryker.NET, the repository's local tool, and reads its report.</summary>
public static class MutationTest
{
    /// <summary>Runs it; takes about half a minute for a kata.</summary>
    /// <exception cref="KataException">The tool could not be restored or failed; the message holds its last lines.</exception>
    public static async Task<MutationScore> RunAsync(KataEntry kata, CancellationToken cancellation)
    {
        var root = kata.Repository.Root;
        var output = Path.Combine(kata.Repository.State, "mutants", kata.Folder);
        await DotnetAsync(root, kata, ["tool", "restore"], cancellation);
        await DotnetAsync(
            kata.Repository.Tests, kata, ["stryker", "--mutate", $"**/{kata.Folder}/{kata.ClassName}.cs", "--output", output], cancellation);
        var report = Path.Combine(output, "reports", "mutation-report.json");
        return Read(await File.ReadAllTextAsync(report, cancellation), await File.ReadAllLinesAsync(kata.SolutionFile, cancellation), MistakeFile.EquivalentMutants(kata));
    }

    /// <summary>Reads a report in the schema of mutation-testing-elements.</summary>
    public static MutationScore Read(string report, string[] source, IReadOnlyList<EquivalentMutant> equivalents)
    {
        using var document = JsonDocument.Parse(report);
        var mutants = document.RootElement.GetProperty("files").EnumerateObject()
            .SelectMany(file => file.Value.GetProperty("mutants").EnumerateArray())
            .Select(mutant => (
                Status: mutant.GetProperty("status").GetString(),
                Line: mutant.GetProperty("location").GetProperty("start").GetProperty("line").GetInt32(),
                Replacement: mutant.GetProperty("replacement").GetString() ?? ""))
            .ToList();
        var survivors =
            from mutant in mutants
            where mutant.Status is "Survived" or "NoCoverage"
            let code = source[mutant.Line - 1].Trim()
            let reason = equivalents.FirstOrDefault(known => known.Is(code, mutant.Replacement))?.Reason
            select new Survivor(mutant.Line, code, mutant.Replacement.ReplaceLineEndings(" "), reason);
        return new MutationScore(mutants.Count(mutant => mutant.Status is "Killed" or "Timeout"), [.. survivors]);
    }

    private static async Task DotnetAsync(string folder, KataEntry kata, string[] arguments, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["Answers"] = "solutions";
        start.Environment["Kata"] = kata.Folder[..3];
        using var process = Process.Start(start) ?? throw new KataException("dotnet could not be started.");
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        if (process.ExitCode != 0)
        {
            var lines = $"{await output}\n{await errors}".Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(5);
            throw new KataException($"dotnet {string.Join(' ', arguments)} failed: {string.Join(" | ", lines)}");
        }
    }
}
