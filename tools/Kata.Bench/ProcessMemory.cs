using System.Diagnostics;
using System.Globalization;

namespace Kata.Bench;

/// <summary>The memory that a process and all that it started hold together.</summary>
internal static class ProcessMemory
{
    private const double Megabyte = 1024 * 1024;
    private const string Proportional = "Pss:";

    /// <summary>
    /// In megabytes. A page that they share is there once and counts once, where the system tells (on Linux); elsewhere
    /// it counts in each.
    /// </summary>
    public static double Megabytes(Process root) =>
        (OperatingSystem.IsLinux() ? Tree(root.Id).Sum(ProportionalBytes) : StartedSince(root).Sum(ResidentBytes)) / Megabyte;

    /// <summary>In megabytes, with each shared page counted in each process.</summary>
    public static double ResidentMegabytes(Process root) => (OperatingSystem.IsLinux() ? Tree(root.Id) : StartedSince(root)).Sum(ResidentBytes) / Megabyte;

    private static IEnumerable<int> Tree(int root)
    {
        var children = Processes().ToLookup(process => process.Parent, process => process.Id);
        var found = new List<int> { root };
        for (var next = 0; next < found.Count; next++)
        {
            found.AddRange(children[found[next]]);
        }

        return found;
    }

    private static IEnumerable<(int Id, int Parent)> Processes()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) && TryRead(Path.Combine(folder, "stat")) is { } status)
            {
                // The name stands in brackets and may hold anything; after it come the state and the parent.
                var afterName = status[(status.LastIndexOf(')') + 2)..].Split(' ');
                yield return (id, int.Parse(afterName[1], CultureInfo.InvariantCulture));
            }
        }
    }

    private static string? TryRead(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            // The process has ended.
            return null;
        }
    }

    /// <summary>Where parents cannot be asked for: what has the names of the tool and its children, and is younger.</summary>
    private static IEnumerable<int> StartedSince(Process root) =>
        Process.GetProcessesByName("kata").Concat(Process.GetProcessesByName("dotnet"))
            .Where(process => process.StartTime >= root.StartTime)
            .Select(process => process.Id);

    /// <summary>What the process holds alone, and of each page that others hold too, its share.</summary>
    private static long ProportionalBytes(int id)
    {
        var line = TryRead($"/proc/{id}/smaps_rollup")?.Split('\n').FirstOrDefault(line => line.StartsWith(Proportional, StringComparison.Ordinal));
        return line is null ? 0 : 1024 * long.Parse(line[Proportional.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }

    private static long ResidentBytes(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return process.WorkingSet64;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            // The process has ended.
            return 0;
        }
    }
}
