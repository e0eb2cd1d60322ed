using System.Diagnostics;
using System.Xml.Linq;

namespace Kata.Tests.Parity;

/// <summary>Runs the learners' own command, <c>dotnet test tests</c>, and reads what it reports.</summary>
internal static class DotnetTest
{
    private static readonly XNamespace Report = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    /// <summary>The outcome of every test by its full display name.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> RunAsync(string root)
    {
        var results = Directory.CreateTempSubdirectory("kata-results");
        try
        {
            var start = new ProcessStartInfo(
                "dotnet",
                ["test", "tests", "--nologo", "--results-directory", results.FullName, "--logger", "trx;LogFileName=all.trx", "-p:UseSharedCompilation=false", "-nodeReuse:false"])
            {
                WorkingDirectory = root,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            var report = Path.Combine(results.FullName, "all.trx");
            File.Exists(report).Should().BeTrue($"dotnet test writes a report; it said:\n{await output}\n{await errors}");
            return XDocument.Load(report).Descendants(Report + "UnitTestResult").ToDictionary(
                result => result.Attribute("testName")!.Value, result => result.Attribute("outcome")!.Value);
        }
        finally
        {
            results.Delete(recursive: true);
        }
    }
}
