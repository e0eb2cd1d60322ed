using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Kata.Tests.Parity;

/// <summary>Runs the learners' own command, <c>dotnet test tests</c>, and reads what it reports.</summary>
internal static partial class DotnetTest
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
                ["test", "tests", "--nologo", "--results-directory", results.FullName, "--logger", "trx;LogFileName=all.trx", "-p:RunAnalyzers=false", "-p:UseSharedCompilation=false", "-nodeReuse:false"])
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
                result => Unescaped(result.Attribute("testName")!.Value), result => result.Attribute("outcome")!.Value);
        }
        finally
        {
            results.Delete(recursive: true);
        }
    }

    /// <summary>The report writes each half of a surrogate pair as an escape, so that 🙃 is twelve characters.</summary>
    private static string Unescaped(string name) =>
        Surrogate().Replace(name, match => ((char)Convert.ToInt32(match.Groups["code"].Value, 16)).ToString());

    [GeneratedRegex(@"\\u(?<code>d[89a-f][0-9a-f]{2})")]
    private static partial Regex Surrogate();
}
