using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Kata.Cli.Checks;
using Spectre.Console;

namespace Kata.Cli.Views;

/// <summary>Writes JSON for other programs: camel case, indented, Chinese readable.</summary>
internal static class JsonOutput
{
    private static readonly JsonContracts Contracts = new(new JsonSerializerOptions(JsonContracts.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    private static readonly JsonContracts OneLine = new(new JsonSerializerOptions(Contracts.Options) { WriteIndented = false });

    /// <summary>Writes the list as an array.</summary>
    public static void Write(IAnsiConsole screen, IEnumerable<ListRow> rows) =>
        WriteLine(screen, JsonSerializer.Serialize([.. rows.Select(ListedKata.Of)], Contracts.ListedKataArray));

    /// <summary>Writes one verdict as an object.</summary>
    public static void Write(IAnsiConsole screen, AnswerReport report) =>
        WriteLine(screen, JsonSerializer.Serialize(CheckedKata.Of(report), Contracts.CheckedKata));

    /// <summary>Writes several verdicts as an array.</summary>
    public static void Write(IAnsiConsole screen, IEnumerable<AnswerReport> reports) =>
        WriteLine(screen, JsonSerializer.Serialize([.. reports.Select(CheckedKata.Of)], Contracts.CheckedKataArray));

    /// <summary>Writes one verdict as an object on a line of its own, with the hash of the content that it is about.</summary>
    public static void WriteLine(IAnsiConsole screen, AnswerReport report, string answer)
    {
        WriteLine(screen, JsonSerializer.Serialize(CheckedKata.Of(report) with { Answer = answer }, OneLine.CheckedKata));
        screen.Profile.Out.Writer.Flush();
    }

    /// <summary>The name of a value of an enumeration.</summary>
    public static string Name(Enum value) => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    // Past the screen's layout: a long line of JSON must stay one line.
    private static void WriteLine(IAnsiConsole screen, string json) => screen.Profile.Out.Writer.WriteLine(json);
}

/// <summary>What is written; the compiler makes the code for it, so that nothing is reflected upon at the start.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ListedKata[]))]
[JsonSerializable(typeof(CheckedKata))]
[JsonSerializable(typeof(CheckedKata[]))]
internal sealed partial class JsonContracts : JsonSerializerContext;
