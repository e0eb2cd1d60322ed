using System.Collections;
using System.Globalization;
using Kata.Runner.Protocol;

namespace Kata.Runner;

/// <summary>Settings of the whole process that an answer can change, and that the next test must not feel.</summary>
internal sealed class Surroundings
{
    private readonly CultureInfo? culture = CultureInfo.DefaultThreadCurrentCulture;
    private readonly CultureInfo? interfaceCulture = CultureInfo.DefaultThreadCurrentUICulture;
    private readonly string directory = Environment.CurrentDirectory;
    private readonly TextReader input = Console.In;
    private readonly TextWriter output = Console.Out;
    private readonly TextWriter errors = Console.Error;
    private readonly Dictionary<string, string?> variables = Variables();

    private Surroundings()
    {
    }

    /// <summary>Remembers how things are.</summary>
    public static Surroundings Capture() => new();

    /// <summary>Puts everything back, and says what had to be.</summary>
    /// <param name="test">The test that is just over; null after the last one.</param>
    public IReadOnlyList<SettingChange> Restore(string? test)
    {
        var changes = new List<SettingChange>();
        if (!Equals(CultureInfo.DefaultThreadCurrentCulture, culture) || !Equals(CultureInfo.DefaultThreadCurrentUICulture, interfaceCulture))
        {
            changes.Add(new(test, ProcessSetting.Culture));
            CultureInfo.DefaultThreadCurrentCulture = culture;
            CultureInfo.DefaultThreadCurrentUICulture = interfaceCulture;
        }

        if (!IsIn(directory))
        {
            changes.Add(new(test, ProcessSetting.Directory));
            Directory.CreateDirectory(directory);
            Environment.CurrentDirectory = directory;
        }

        if (Console.In != input || Console.Out != output || Console.Error != errors)
        {
            changes.Add(new(test, ProcessSetting.Console));
            Console.SetIn(input);
            Console.SetOut(output);
            Console.SetError(errors);
        }

        foreach (var name in DifferingVariables())
        {
            changes.Add(new(test, ProcessSetting.Variable, name));
            Environment.SetEnvironmentVariable(name, variables.GetValueOrDefault(name));
        }

        return changes;
    }

    /// <summary>Asking for the current directory fails when it was deleted: then it has changed, too.</summary>
    private static bool IsIn(string directory)
    {
        try
        {
            return Environment.CurrentDirectory == directory;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static Dictionary<string, string?> Variables() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value);

    private List<string> DifferingVariables()
    {
        var now = Environment.GetEnvironmentVariables();
        var removed = variables.Keys.Where(name => !now.Contains(name));
        var others = now.Cast<DictionaryEntry>().Where(entry => !variables.TryGetValue((string)entry.Key, out var value) || value != (string?)entry.Value);
        return [.. removed, .. others.Select(entry => (string)entry.Key)];
    }
}
