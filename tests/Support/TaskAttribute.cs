using System.Runtime.CompilerServices;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Katas.Support;

/// <summary>
/// Says which task of its kata a test proves. The kata's number comes from the test's own folder, so that
/// <c>dotnet test --filter "Kata=072&amp;Task=2"</c> and every IDE can group by both.
/// </summary>
/// <param name="number">The task's number in the statement, from 1.</param>
/// <param name="file">Filled in by the compiler.</param>
[TraitDiscoverer("Katas.Support.TaskTraits", "Katas.Tests")]
[AttributeUsage(AttributeTargets.Method)]
public sealed class TaskAttribute(int number, [CallerFilePath] string file = "") : Attribute, ITraitAttribute
{
    /// <summary>The task's number in the statement, from 1.</summary>
    public int Number { get; } = number;

    /// <summary>The test's source file, whose folder names the kata.</summary>
    public string File { get; } = file;
}

/// <summary>Turns <see cref="TaskAttribute"/> into the traits <c>Kata</c> and <c>Task</c>.</summary>
public sealed class TaskTraits : ITraitDiscoverer
{
    /// <inheritdoc />
    public IEnumerable<KeyValuePair<string, string>> GetTraits(IAttributeInfo traitAttribute)
    {
        var arguments = traitAttribute.GetConstructorArguments().ToList();
        var folder = ((string)arguments[1]).Split('/', '\\')[^2];
        yield return new("Kata", folder.Split('-')[0]);
        yield return new("Task", $"{arguments[0]}");
    }
}
